-- Signatures that contain a text, the latest first.
CREATE OR REPLACE FUNCTION search_signatures(wanted text, at_most integer DEFAULT 50) RETURNS SETOF signatures
    LANGUAGE sql STABLE
AS $$
    SELECT *
    FROM signatures
    WHERE position(lower(wanted) IN lower(signature)) > 0
    ORDER BY last_report DESC, id
    LIMIT at_most
$$;
