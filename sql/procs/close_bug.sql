-- A bug is done; returns how many signatures that settles.
CREATE OR REPLACE FUNCTION close_bug(bug integer, how text DEFAULT 'fixed') RETURNS bigint
    LANGUAGE plpgsql
AS $$
BEGIN
    UPDATE bugs SET status = 'closed', resolution = how WHERE id = bug;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'there is no bug %', bug USING ERRCODE = 'no_data_found';
    END IF;
    RETURN (SELECT count(*) FROM bug_signatures WHERE bug_id = bug);
END
$$;
