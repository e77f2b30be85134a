op.savepoint(function()
  op.create_index("ix_email", "account", "email", { concurrently = true })
end)
op.create_index("ix_name", "account", "name")
