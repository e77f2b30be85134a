-- doubles
/* really */ create or replace function twice(a integer) RETURNS integer LANGUAGE sql AS 'SELECT a * 2';
