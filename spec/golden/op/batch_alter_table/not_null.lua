options({ server_version = { postgresql = 180000 } })
op.batch_alter_table("account", function(batch)
  batch.create_not_null_constraint("name_is_known", "name")
end)
