op.batch_alter_table("account", function(batch)
  batch.alter_column("nam", { nullable = false })
end)
