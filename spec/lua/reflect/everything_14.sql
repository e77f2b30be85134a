-- What came with PostgreSQL 14.
ALTER TABLE app.customer ALTER COLUMN big SET COMPRESSION pglz;
CREATE FUNCTION app.body(a integer) RETURNS bigint LANGUAGE sql
BEGIN ATOMIC
    SELECT a + count(*) FROM app.v_base;
END;
CREATE PROCEDURE app.gives(a integer, OUT b integer) LANGUAGE plpgsql AS $$ BEGIN b := a; END $$;
CREATE STATISTICS app.expression_statistics ON (price + 1), lower(code) FROM app.customer;
