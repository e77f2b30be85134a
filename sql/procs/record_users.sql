-- Writes down how many people used a release on a day; a second report of the day replaces the first.
CREATE OR REPLACE FUNCTION record_users(
    product text, version text, channel release_channel, on_day date, how_many bigint)
    RETURNS void
    LANGUAGE sql
AS $$
    INSERT INTO daily_users (day, release_id, users)
    VALUES (on_day, find_release(product, version, channel), how_many)
    ON CONFLICT (day, release_id) DO UPDATE SET users = excluded.users
$$;
