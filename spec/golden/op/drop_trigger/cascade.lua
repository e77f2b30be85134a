op.drop_trigger("touch", "account", { cascade = true })
