op.create_view("adults", { replace = true })
