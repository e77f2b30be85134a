op.creat_table("a", {})
