op.create_view("a", "SELECT id FROM account")
op.create_view("b", "SELECT id FROM a")
