op.create_table("thing", {
  op.column("room", "int4range"),
  op.exclude({ { "room", "&&" } }, {
    name = "no_overlap",
    comment = "one at a time",
    using = "gist",
    deferrable = true,
    initially = "deferred",
  }),
})
