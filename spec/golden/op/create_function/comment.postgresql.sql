CREATE FUNCTION main.twice(a integer DEFAULT 1) RETURNS integer LANGUAGE sql AS 'SELECT a * 2';
COMMENT ON FUNCTION main.twice(a integer) IS 'it''s double';
CREATE PROCEDURE nothing() LANGUAGE sql AS 'SELECT 1';
COMMENT ON PROCEDURE nothing() IS 'does nothing';
