op.create_function(
  "CREATE PROCEDURE \"Do It\"(a integer, b text DEFAULT 'x, (y)') LANGUAGE sql AS 'SELECT 1'"
)
