-- Takes a signature off a bug; a bug without signatures is forgotten.
CREATE OR REPLACE FUNCTION unlink_bug(bug integer, wanted signature_text) RETURNS void
    LANGUAGE plpgsql STRICT
AS $$
BEGIN
    DELETE FROM bug_signatures
    USING signatures
    WHERE bug_signatures.bug_id = bug
      AND signatures.id = bug_signatures.signature_id
      AND signatures.signature = wanted;
    DELETE FROM bugs
    WHERE id = bug AND NOT EXISTS (SELECT FROM bug_signatures WHERE bug_id = bug);
END
$$;
