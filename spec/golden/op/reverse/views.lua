local function upgrade()
  op.create_view("a", "SELECT 1 AS one")
  op.create_view("b", "SELECT one FROM a")
  op.create_table("item", { op.column("id", "integer") })
  op.bulk_insert("item", { { id = 1 } })
end
upgrade()
op.reverse(upgrade)
