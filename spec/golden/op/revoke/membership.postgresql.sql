REVOKE INHERIT OPTION FOR pg_read_all_stats FROM pg_monitor;
REVOKE SET OPTION FOR pg_read_all_stats FROM pg_monitor;
