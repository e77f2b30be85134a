CREATE ROLE neap_golden_reader;
GRANT SELECT ON account TO neap_golden_reader;
