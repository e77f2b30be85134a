-- Drops the partitions of crash_reports that end before a day; returns their names.
CREATE OR REPLACE FUNCTION drop_weeks_before(day date) RETURNS SETOF text
    LANGUAGE plpgsql
AS $$
DECLARE
    week record;
BEGIN
    FOR week IN
        SELECT child.relname AS name
        FROM pg_inherits
        JOIN pg_class AS child ON child.oid = pg_inherits.inhrelid
        WHERE pg_inherits.inhparent = 'crash_reports'::regclass
          AND child.relname ~ '_[0-9]{8}$'
          AND to_date(right(child.relname, 8), 'YYYYMMDD') + 7 <= day
        ORDER BY child.relname
    LOOP
        EXECUTE format('DROP TABLE %I', week.name);
        RETURN NEXT week.name;
    END LOOP;
END
$$;
