options({ naming = { uq = "uq_{table}_{columns}" } })
op.create_table("a_table_with_a_rather_long_name", {
  op.column("a_column_with_a_rather_long_name_as_well", "text", { unique = true, index = false }),
  op.column("another_column_with_a_rather_long_name", "text", { index = true }),
})
