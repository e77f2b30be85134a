op.create_view("adults", "SELECT id FROM account", { if_not_exists = true, temporary = true })
