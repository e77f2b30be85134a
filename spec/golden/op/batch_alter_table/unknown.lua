op.batch_alter_table("account", {}, function(batch)
  batch.add_colum(op.column("email", "text"))
end)
