-- Connects a bug with a signature; both are taken as they are when they are known already.
CREATE OR REPLACE FUNCTION link_bug(bug integer, wanted signature_text) RETURNS void
    LANGUAGE plpgsql STRICT
AS $$
BEGIN
    INSERT INTO bugs (id) VALUES (bug) ON CONFLICT DO NOTHING;
    INSERT INTO bug_signatures (bug_id, signature_id)
    VALUES (bug, find_or_add_signature(wanted, now()))
    ON CONFLICT DO NOTHING;
END
$$;
