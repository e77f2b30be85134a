-- COMMIT in a procedure is no COMMIT of ours (golang-migrate/migrate#1237).
CREATE PROCEDURE batches() LANGUAGE plpgsql AS $$
BEGIN
  FOR i IN 1..3 LOOP
    INSERT INTO t VALUES (i);
    COMMIT;
  END LOOP;
END;
$$;
CALL batches();
DROP PROCEDURE batches();
DO $do$ BEGIN IF true THEN PERFORM 1; END IF; END $do$;
==== expected
---- statement, line 2
CREATE PROCEDURE batches() LANGUAGE plpgsql AS $$
BEGIN
  FOR i IN 1..3 LOOP
    INSERT INTO t VALUES (i);
    COMMIT;
  END LOOP;
END;
$$
---- statement, line 10
CALL batches()
---- statement, line 11
DROP PROCEDURE batches()
---- statement, line 12
DO $do$ BEGIN IF true THEN PERFORM 1; END IF; END $do$
