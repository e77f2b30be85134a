local ok, err = op.savepoint(function()
  error("mine")
end)
assert(not ok and err.message:find("mine") and err.kind == "failed")
