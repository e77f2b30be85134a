-- Clocks of crashing machines are wrong now and then, ours is not; see sql/triggers.
CREATE OR REPLACE FUNCTION refuse_future() RETURNS trigger
    LANGUAGE plpgsql
AS $$
BEGIN
    IF NEW.received > now() + interval '1 day' THEN
        RAISE EXCEPTION 'report % is from the future: %', NEW.uuid, NEW.received
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;
