-- What the text of a signature says about the crash.
CREATE OR REPLACE FUNCTION signature_kind(wanted text) RETURNS crash_kind
    LANGUAGE sql IMMUTABLE STRICT
AS $$
    SELECT CASE
        WHEN wanted LIKE 'hang |%' THEN 'hang'::crash_kind
        WHEN wanted LIKE 'OOM |%' THEN 'oom'::crash_kind
        WHEN wanted LIKE 'shutdown |%' THEN 'shutdown'::crash_kind
        ELSE 'crash'::crash_kind
    END
$$;
