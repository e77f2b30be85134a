op.execute("UPDATE account SET name = :name WHERE other <> ':name'", { name = "it's :name" })
