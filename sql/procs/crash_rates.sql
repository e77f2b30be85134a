-- Reports for a hundred users, by day and version.
CREATE OR REPLACE FUNCTION crash_rates(product text, first_day date, last_day date) RETURNS SETOF crash_rate
    LANGUAGE plpgsql STABLE
AS $$
DECLARE
    line crash_rate;
BEGIN
    FOR line.day, line.version, line.users, line.reports IN
        SELECT daily_users.day, releases.version, sum(daily_users.users), sum((
            SELECT count(*)
            FROM crash_reports
            WHERE crash_reports.release_id = releases.id AND utc_day(crash_reports.received) = daily_users.day))
        FROM daily_users
        JOIN releases ON releases.id = daily_users.release_id
        WHERE releases.product_id = find_product(product)
          AND daily_users.day BETWEEN first_day AND last_day
        GROUP BY daily_users.day, releases.version
        ORDER BY daily_users.day, releases.version
    LOOP
        line.per_hundred_users := 100.0 * line.reports / nullif(line.users, 0);
        RETURN NEXT line;
    END LOOP;
END
$$;
