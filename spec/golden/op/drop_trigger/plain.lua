op.drop_trigger("touch", "account")
