op.create_domain("public.email", "varchar(80)", {
  nullable = false,
  server_default = "nobody@nowhere",
  check = "value LIKE '%@%'",
  constraint_name = "email_has_at",
  collation = "C",
  comment = "an address",
})
