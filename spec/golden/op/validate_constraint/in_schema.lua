op.validate_constraint("ck", "thing", { schema = "main" })
