-- Announces a release, or moves the dates of one that is known; returns its id.
CREATE OR REPLACE FUNCTION add_release(
    product text, new_version text, new_channel release_channel, released date, supported date DEFAULT NULL)
    RETURNS integer
    LANGUAGE plpgsql
AS $$
DECLARE
    new_id integer;
BEGIN
    INSERT INTO releases (product_id, version, channel, released_on, supported_until)
    VALUES (find_product(product), new_version, new_channel, released, supported)
    ON CONFLICT (product_id, version, channel) DO UPDATE
        SET released_on = excluded.released_on,
            supported_until = coalesce(excluded.supported_until, releases.supported_until)
    RETURNING id INTO new_id;
    RETURN new_id;
END
$$;
