-- Reports by operating system and processor.
CREATE VIEW reports_by_platform AS
SELECT coalesce(os_name, 'Unknown') AS os_name, coalesce(cpu, 'unknown') AS cpu, count(*) AS reports
FROM crash_reports
GROUP BY coalesce(os_name, 'Unknown'), coalesce(cpu, 'unknown');
