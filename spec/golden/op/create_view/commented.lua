op.create_view("adult", "SELECT id FROM account -- all of them", { comment = "who" })
