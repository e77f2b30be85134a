op.create_schema("bixie")
