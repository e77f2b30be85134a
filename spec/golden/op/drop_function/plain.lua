op.drop_function("twice(integer)")
op.drop_function("public.Twice", { if_exists = true, cascade = true })
op.drop_function("twice(numeric(10,2), public.mood)", { kind = "routine", if_exists = true })
