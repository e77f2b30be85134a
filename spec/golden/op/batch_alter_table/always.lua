op.batch_alter_table("account", { recreate = "always" }, function(batch)
  batch.add_column(op.column("email", "text"))
end)
