op.batch_alter_table("thing", { schema = "main" }, function(batch)
  batch.add_column(op.column("a.b", "integer"))
end)
