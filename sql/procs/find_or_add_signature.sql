-- The id of a signature, which is new if nobody has seen it before.
CREATE OR REPLACE FUNCTION find_or_add_signature(wanted signature_text, seen timestamptz) RETURNS bigint
    LANGUAGE plpgsql STRICT
AS $$
DECLARE
    found_id bigint;
BEGIN
    SELECT id INTO found_id FROM signatures WHERE signature = wanted;
    IF NOT FOUND THEN
        INSERT INTO signatures (signature, kind, first_report, last_report)
        VALUES (wanted, signature_kind(wanted), seen, seen)
        ON CONFLICT (signature) DO UPDATE SET last_report = greatest(signatures.last_report, excluded.last_report)
        RETURNING id INTO found_id;
    END IF;
    RETURN found_id;
END
$$;
