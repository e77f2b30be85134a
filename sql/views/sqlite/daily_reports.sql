-- Reports by day, in UTC.
CREATE VIEW daily_reports AS
SELECT date(received) AS day, release_id, count(*) AS reports
FROM crash_reports
GROUP BY 1, 2;
