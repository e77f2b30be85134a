op.rename_constraint("ck", "ck_thing", "thing", { schema = "main" })
