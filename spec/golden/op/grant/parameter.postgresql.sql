GRANT SET, ALTER SYSTEM ON PARAMETER log_min_messages TO neap_golden_reader;
