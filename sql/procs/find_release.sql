-- The id of a release by product, version and channel; NULL when there is none.
CREATE OR REPLACE FUNCTION find_release(product text, wanted text, wanted_channel release_channel)
    RETURNS integer
    LANGUAGE sql STABLE STRICT
AS $$
    SELECT releases.id
    FROM releases
    JOIN products ON products.id = releases.product_id
    WHERE products.name = product AND releases.version = wanted AND releases.channel = wanted_channel
$$;
