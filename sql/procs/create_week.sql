-- Makes the partition of crash_reports that holds a day; returns its name, made or found.
CREATE OR REPLACE FUNCTION create_week(day date) RETURNS text
    LANGUAGE plpgsql
AS $$
DECLARE
    monday date := week_of(day);
    name text := 'crash_reports_' || to_char(monday, 'YYYYMMDD');
BEGIN
    IF to_regclass(quote_ident(name)) IS NULL THEN
        EXECUTE format(
            'CREATE TABLE %I PARTITION OF crash_reports FOR VALUES FROM (%L) TO (%L)',
            name, monday::text || ' 00:00+00', (monday + 7)::text || ' 00:00+00');
    END IF;
    RETURN name;
END
$$;
