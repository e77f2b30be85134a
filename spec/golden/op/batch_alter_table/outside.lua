op.batch_alter_table("account", {}, function(batch)
  batch.execute("SELECT 1")
end)
