op.create_view("adult", "SELECT id FROM account", { temporary = true })
