op.drop_schema("bixie", { if_exists = true, cascade = true })
