op.alter_policy("own", "report", { schema = "bixie", with_check = "id > 0" })
