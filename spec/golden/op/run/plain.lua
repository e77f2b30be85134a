op.run({ kind = "drop_table", table = "account", if_exists = true })
op.run({
  kind = "create_table",
  table = "t",
  elements = { { kind = "column", name = "a", type = "integer", server_default = { sql = "1" } } },
})
