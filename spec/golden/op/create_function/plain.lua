op.create_function([[
CREATE FUNCTION twice(a integer) RETURNS integer
LANGUAGE sql IMMUTABLE AS $$ SELECT a * 2; $$;
]])
