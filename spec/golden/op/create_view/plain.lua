op.create_view("adults", "SELECT id, name FROM account WHERE age > 17;\n")
