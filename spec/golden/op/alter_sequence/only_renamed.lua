op.alter_sequence("public.ids", { new_name = "numbers" })
