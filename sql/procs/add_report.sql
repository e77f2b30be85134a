-- Files one crash report. A report that comes twice is filed once: false the second time.
CREATE OR REPLACE FUNCTION add_report(
    new_uuid uuid, at timestamptz, product text, version text, channel release_channel,
    signature signature_text, new_reason text DEFAULT NULL, uptime integer DEFAULT NULL)
    RETURNS boolean
    LANGUAGE plpgsql
AS $$
DECLARE
    release integer := find_release(product, version, channel);
BEGIN
    IF release IS NULL THEN
        RAISE EXCEPTION 'there is no release % of % on channel %', version, product, channel
            USING ERRCODE = 'foreign_key_violation', HINT = 'Call add_release() first.';
    END IF;
    PERFORM create_week(utc_day(at));
    INSERT INTO crash_reports (uuid, received, release_id, signature_id, reason, uptime_seconds)
    VALUES (new_uuid, at, release, find_or_add_signature(signature, at), new_reason, uptime)
    ON CONFLICT DO NOTHING;
    RETURN FOUND;
END
$$;
