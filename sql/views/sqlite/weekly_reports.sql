-- Reports by week; a week begins on Monday.
CREATE VIEW weekly_reports AS
SELECT date(received, 'weekday 0', '-6 days') AS week, release_id, count(*) AS reports
FROM crash_reports
GROUP BY 1, 2;
