op.create_exclude_constraint("no_overlap", "booking", { { "room", "=", opclass = "range_ops" } }, {
  using = "spgist",
  where = "starts IS NOT NULL",
  deferrable = true,
})
