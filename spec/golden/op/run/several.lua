op.run({ kind = "create_table", table = "item", elements = { op.column("id", "integer") } })
op.run({ kind = "add_column", table = "item", column = op.column("a", "text") })
op.run({ kind = "create_index", table = "item", columns = { "a" } })
