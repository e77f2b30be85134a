op.create_table("child", { op.column("extra", "text") }, { inherits = { "public.parent" } })
