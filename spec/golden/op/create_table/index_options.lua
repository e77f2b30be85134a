op.create_table("thing", {
  op.column("id", "integer"),
  op.column("name", "text"),
  op.index("ix", { { "name", opclass = "text_pattern_ops" } }, {
    unique = true,
    using = "btree",
    include = "id",
    with = { fillfactor = 70 },
    tablespace = "pg_default",
    where = "id > 0",
    if_not_exists = true,
    comment = "all of it",
  }),
})
