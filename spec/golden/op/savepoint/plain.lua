local ok, value = op.savepoint(function()
  op.execute("INSERT INTO account VALUES (1)")
  return "value"
end)
assert(ok and value == "value")
