op.create_partition("by_list", "list_1", { values = { "de", "fr", op.null } })
op.create_partition("by_hash", "hash_1", { modulus = 4, remainder = 1 })
op.create_partition("by_two", "two_1", { from = { 1, "a" }, to = { 2, op.sql("MAXVALUE") } })
op.create_partition("by_list", "list_2", { values = 5 }, { partition_by = { "hash", "id" } })
