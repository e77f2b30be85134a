op.drop_function(
  "twice(integer)",
  { definition = "CREATE FUNCTION twice(a integer) RETURNS integer LANGUAGE sql AS 'SELECT a * 2'" }
)
