op.reverse(function()
  op.drop_table("account")
end)
