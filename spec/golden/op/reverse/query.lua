op.reverse(function()
  op.query("SELECT 1")
end)
