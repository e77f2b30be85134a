op.savepoint("x")
