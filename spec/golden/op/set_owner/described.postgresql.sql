ALTER TABLE account OWNER TO pg_monitor;
