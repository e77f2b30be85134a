GRANT pg_read_all_stats TO pg_monitor WITH INHERIT FALSE, SET FALSE;
GRANT pg_read_all_stats TO pg_monitor WITH ADMIN OPTION, INHERIT TRUE, SET TRUE;
