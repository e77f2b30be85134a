op.create_table("thing", {
  op.column("id", "integer"),
  op.column("room", "int4range"),
  op.column("other", "integer"),
  op.primary_key("id", { name = "pk_thing", comment = "the key" }),
  op.unique({ "id", "other" }, { name = "uq_thing", comment = "it's one" }),
  op.check("id > 0", { name = "ck_thing", comment = "positive" }),
  op.foreign_key("other", "thing", "id", { name = "fk_thing", comment = op.null }),
  op.index("ix_thing", "other", { comment = "for joins" }),
})
