answer({ { a = 1, b = 2 } })
op.scalar("SELECT 1 AS a, 2 AS b")
