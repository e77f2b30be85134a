local value = op.autocommit(function()
  op.execute("SELECT 1")
  return op.autocommit(function()
    return 5
  end)
end)
assert(value == 5)
