op.batch_alter_table("account", { recreate = "never" }, function(batch)
  batch.drop_column("other")
  batch.alter_column("name", { nullable = false })
end)
