op.autocommit(function()
  op.commit()
end)
