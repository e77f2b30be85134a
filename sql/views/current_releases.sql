-- Releases that somebody still looks after.
CREATE VIEW current_releases AS
SELECT products.name AS product, releases.version, releases.channel, releases.supported_until
FROM releases
JOIN products ON products.id = releases.product_id
WHERE releases.released_on <= CURRENT_DATE
  AND (releases.supported_until IS NULL OR releases.supported_until >= CURRENT_DATE);
