op.alter_policy("own", "thing", { using = "id > 1", existing = { using = "id > 0" } })
