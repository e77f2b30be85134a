-- The id of a product by name; an error when there is none.
CREATE OR REPLACE FUNCTION find_product(wanted text) RETURNS integer
    LANGUAGE plpgsql STABLE STRICT
AS $$
DECLARE
    found_id integer;
BEGIN
    SELECT id INTO found_id FROM products WHERE name = wanted;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'there is no product "%"', wanted
            USING ERRCODE = 'no_data_found', HINT = 'INSERT INTO products (name) first.';
    END IF;
    RETURN found_id;
END
$$;
