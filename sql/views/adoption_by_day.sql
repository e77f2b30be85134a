-- Users by product, day and version.
CREATE VIEW adoption_by_day AS
SELECT products.name AS product, daily_users.day, releases.version, sum(daily_users.users) AS users
FROM daily_users
JOIN releases ON releases.id = daily_users.release_id
JOIN products ON products.id = releases.product_id
GROUP BY products.name, daily_users.day, releases.version;
