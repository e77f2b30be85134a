CREATE ROLE neap_golden;
