op.with_dependents("account", function()
  op.alter_column("account", "age", { type = "bigint" })
end)
