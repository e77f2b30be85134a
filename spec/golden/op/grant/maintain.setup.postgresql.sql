CREATE ROLE neap_golden_reader;
