-- What crashing programs call their system, in the words of our reports.
CREATE OR REPLACE FUNCTION normalise_os(raw text) RETURNS text
    LANGUAGE sql IMMUTABLE
AS $$
    SELECT CASE
        WHEN raw ILIKE 'windows%' THEN 'Windows'
        WHEN raw ILIKE 'mac%' OR raw ILIKE 'darwin%' THEN 'macOS'
        WHEN raw ILIKE 'android%' THEN 'Android'
        WHEN raw ILIKE '%linux%' THEN 'Linux'
        ELSE 'Unknown'
    END
$$;
