-- Releases of each product as people would list them: 9.0 before 10.0b2 before 10.0.
CREATE VIEW releases_in_order AS
SELECT
    products.name AS product,
    releases.version,
    releases.channel,
    row_number() OVER (PARTITION BY products.id ORDER BY releases.sort_key, releases.id) AS position
FROM releases
JOIN products ON products.id = releases.product_id;
