CREATE TABLE account (id integer);
GRANT pg_read_all_stats TO pg_monitor;
