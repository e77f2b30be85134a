op.run("DROP TABLE account")
