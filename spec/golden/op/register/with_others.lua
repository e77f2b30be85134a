op.register("lookup", function(name)
  op.create_table(
    name,
    { op.column("id", "integer", { primary_key = true }), op.column("name", "text") }
  )
  op.create_index(nil, name, "name", { unique = true })
end)
op.lookup("severity")
op.lookup("kind")
