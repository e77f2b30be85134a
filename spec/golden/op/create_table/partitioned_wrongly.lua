op.create_table("report", { op.column("day", "date") }, { partition_by = { "rage", "day" } })
