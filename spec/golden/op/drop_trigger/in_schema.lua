op.drop_trigger("touch", "thing", { schema = "main" })
