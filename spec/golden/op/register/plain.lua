op.register("create_lookup", function(name)
  op.create_table(
    name,
    { op.column("id", "integer", { primary_key = true }), op.column("name", "text") }
  )
end)
op.create_lookup("severity")
