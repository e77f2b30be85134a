op.create_function(
  "CREATE FUNCTION main.twice(a integer DEFAULT 1) RETURNS integer LANGUAGE sql AS 'SELECT a * 2'",
  { comment = "it's double" }
)
op.create_function(
  "CREATE PROCEDURE nothing() LANGUAGE sql AS 'SELECT 1'",
  { comment = "does nothing" }
)
