options({
  naming = {
    ix = "ix_{table}_{columns}",
    uq = "uq_{table}_{columns}",
    ck = "ck_{table}_{constraint_name}",
    fk = "fk_{table}_{columns}_{referred_table}",
    pk = "pk_{table}",
  },
})
op.create_table("report", {
  op.column("id", "integer", { primary_key = true }),
  op.column("email", "text", { unique = true }),
  op.column("age", "integer", { check = "age > 0", index = true }),
  op.column("product", "integer", { references = "product.id" }),
  op.check("age < 200", { name = "sane_age" }),
  op.check("age <> 13", { name = "ck_report_thirteen" }),
  op.unique({ "email", "age" }),
  op.foreign_key("age", "product", "id"),
  op.index(nil, { op.sql("lower(email)"), "age" }),
})
