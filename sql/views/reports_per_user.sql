-- Reports and users of one day side by side.
CREATE VIEW reports_per_user AS
SELECT
    daily_users.day,
    daily_users.release_id,
    daily_users.users,
    coalesce(daily_reports.reports, 0) AS reports,
    100.0 * coalesce(daily_reports.reports, 0) / nullif(daily_users.users, 0) AS per_hundred_users
FROM daily_users
LEFT JOIN daily_reports
    ON daily_reports.day = daily_users.day AND daily_reports.release_id = daily_users.release_id;
