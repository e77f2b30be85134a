op.with_dependents("account", function()
  op.commit()
end)
