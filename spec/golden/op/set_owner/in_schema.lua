op.set_owner("table", "thing", "current_user", { schema = "main", existing_owner = "current_user" })
