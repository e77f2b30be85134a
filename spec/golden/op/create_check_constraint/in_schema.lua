op.create_check_constraint("ck.thing", "thing", "id > 0", { schema = "main", comment = "positive" })
