op.execute("UPDATE account SET name = $1", { print })
