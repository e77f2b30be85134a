-- How many reports each release has, none included.
CREATE VIEW reports_by_release AS
SELECT
    product_releases.product,
    product_releases.version,
    product_releases.channel,
    count(crash_reports.uuid) AS reports
FROM product_releases
LEFT JOIN crash_reports ON crash_reports.release_id = product_releases.id
GROUP BY product_releases.product, product_releases.version, product_releases.channel;
