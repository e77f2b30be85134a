op.drop_view("adults", { if_exists = true })
