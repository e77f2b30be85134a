op.drop_trigger("touch2", "thing", { schema = "main" })
