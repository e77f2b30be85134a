op.drop_view("old", { sql = "SELECT 1 AS one" })
