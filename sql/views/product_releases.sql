-- Releases with the names of their products.
CREATE VIEW product_releases AS
SELECT releases.id, products.name AS product, releases.version, releases.channel, releases.released_on
FROM releases
JOIN products ON products.id = releases.product_id;
