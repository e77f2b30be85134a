op.create_table("counter", {
  op.column("id", "bigint", { identity = "by default", primary_key = true }),
  op.column("a", "integer", {
    identity = {
      always = true,
      start = 10,
      increment = 5,
      minvalue = 1,
      maxvalue = 900,
      cache = 3,
      cycle = true,
    },
  }),
})
