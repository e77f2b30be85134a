op.drop_trigger("touch", "main.account", { if_exists = true })
