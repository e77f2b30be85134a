-- The share of a product's users, in percent, that had a version on a day.
CREATE OR REPLACE FUNCTION adoption_of(product text, wanted text, on_day date) RETURNS numeric
    LANGUAGE sql STABLE STRICT
AS $$
    SELECT round(100.0 * sum(users) FILTER (WHERE releases.version = wanted) / nullif(sum(users), 0), 1)
    FROM daily_users
    JOIN releases ON releases.id = daily_users.release_id
    WHERE releases.product_id = find_product(product) AND daily_users.day = on_day
$$;
