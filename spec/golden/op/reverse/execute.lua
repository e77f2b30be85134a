op.reverse(function()
  op.execute("SELECT 1")
end)
