local names = { "name", "id", "raw" }
op.bulk_insert("account", {
  { "it's", 1 },
  { op.null, 2, op.bytes("x") },
  { nil, 3 },
}, { columns = names })
local i = 0
op.bulk_insert("account", function()
  i = i + 1
  if i <= 2 then
    return i, "n" .. i, op.sql("current_date")
  end
end, { columns = { "id", "name", "created" } })
op.bulk_insert("account", { {}, { nil } }, { columns = { "id" } })
