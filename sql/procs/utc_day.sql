-- The day of an instant, wherever the session thinks it is.
CREATE OR REPLACE FUNCTION utc_day(at timestamptz) RETURNS date
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
AS $$
    SELECT (at AT TIME ZONE 'UTC')::date
$$;
