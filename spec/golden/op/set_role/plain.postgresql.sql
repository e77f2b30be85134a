SET ROLE pg_monitor;
RESET ROLE;
