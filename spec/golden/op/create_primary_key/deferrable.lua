op.create_primary_key("pk", "thing", "id", { deferrable = true, initially = "deferred" })
