op.create_function(
  "-- doubles\n/* really */ create or replace function twice(a integer) RETURNS integer LANGUAGE sql AS 'SELECT a * 2'"
)
