op.drop_constraint("ck", "thing", { schema = "main", check = "id > 0", options = {} })
