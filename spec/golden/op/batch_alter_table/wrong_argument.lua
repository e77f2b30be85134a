op.batch_alter_table("account", {}, function(batch)
  batch.add_column("email", "text")
end)
