options({ offline = true })
op.batch_alter_table("account", {
  copy_from = {
    op.column("id", "integer", { primary_key = true, autoincrement = true }),
    op.column("name", "text", { index = true }),
    op.column("other", "text"),
    op.check("id > 0"),
  },
}, function(batch)
  batch.alter_column("name", { nullable = false, server_default = "", new_name = "full_name" })
  batch.drop_column("other")
end)
