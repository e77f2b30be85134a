op.execute("SELECT 1")
op.commit()
op.execute("SELECT 2")
