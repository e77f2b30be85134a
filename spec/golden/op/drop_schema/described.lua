op.drop_schema("bixie", { options = {} })
