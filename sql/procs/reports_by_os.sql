-- Reports of one day, by operating system.
CREATE OR REPLACE FUNCTION reports_by_os(on_day date) RETURNS TABLE (os text, reports bigint)
    LANGUAGE sql STABLE STRICT
AS $$
    SELECT normalise_os(os_name), count(*)
    FROM crash_reports
    WHERE received >= on_day::timestamp AT TIME ZONE 'UTC'
      AND received < (on_day + 1)::timestamp AT TIME ZONE 'UTC'
    GROUP BY 1
    ORDER BY 2 DESC, 1
$$;
