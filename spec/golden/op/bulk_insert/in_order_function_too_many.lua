op.bulk_insert("account", function()
  return 1, "a", true
end, { columns = { "id", "name" } })
