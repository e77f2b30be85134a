op.execute(op.sql("DELETE FROM account"))
