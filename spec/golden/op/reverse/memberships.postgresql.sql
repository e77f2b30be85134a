GRANT pg_read_all_stats TO pg_monitor;
GRANT pg_read_all_stats TO pg_monitor WITH SET TRUE;
REVOKE pg_read_all_stats FROM pg_monitor;
