op.execute("INSERT INTO account VALUES (:id, :name, ':id' || :name)", { id = 5, name = "x" })
