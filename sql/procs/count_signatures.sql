-- Counts the reports of one day into signature_counts, again if need be; returns the number of rows.
CREATE OR REPLACE FUNCTION count_signatures(on_day date) RETURNS bigint
    LANGUAGE plpgsql STRICT
AS $$
DECLARE
    written bigint;
BEGIN
    DELETE FROM signature_counts WHERE day = on_day;
    INSERT INTO signature_counts (day, signature_id, release_id, reports)
    SELECT on_day, signature_id, release_id, count(*)
    FROM crash_reports
    WHERE received >= on_day::timestamp AT TIME ZONE 'UTC'
      AND received < (on_day + 1)::timestamp AT TIME ZONE 'UTC'
      AND signature_id IS NOT NULL
    GROUP BY signature_id, release_id;
    GET DIAGNOSTICS written = ROW_COUNT;
    RETURN written;
END
$$;
