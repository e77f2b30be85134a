-- A signature knows when it was seen first and last; see sql/triggers.
CREATE OR REPLACE FUNCTION touch_signature() RETURNS trigger
    LANGUAGE plpgsql
AS $$
BEGIN
    UPDATE signatures
    SET first_report = least(first_report, NEW.received),
        last_report = greatest(last_report, NEW.received)
    WHERE id = NEW.signature_id
      AND (first_report > NEW.received OR last_report < NEW.received);
    RETURN NULL;
END
$$;
