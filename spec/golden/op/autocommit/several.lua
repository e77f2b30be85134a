op.autocommit(function()
  op.create_table("a", { op.column("id", "integer") })
  op.create_index(nil, "a", "id")
end)
