GRANT SELECT, INSERT ON TABLE account, public.ages TO PUBLIC, pg_monitor;
GRANT ALL ON TABLE account TO pg_monitor WITH GRANT OPTION;
GRANT SELECT (id, "Odd"), UPDATE (id, "Odd") ON TABLE account TO pg_monitor;
GRANT USAGE ON SCHEMA bixie TO pg_monitor;
GRANT USAGE ON SEQUENCE ids TO pg_monitor;
GRANT EXECUTE ON FUNCTION twice(integer) TO PUBLIC;
GRANT SELECT ON ALL TABLES IN SCHEMA bixie TO pg_monitor;
GRANT USAGE ON TYPE mood TO PUBLIC;
GRANT pg_read_all_stats TO pg_monitor WITH ADMIN OPTION;
