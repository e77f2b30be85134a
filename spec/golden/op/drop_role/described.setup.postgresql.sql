CREATE ROLE neap_golden_role LOGIN;
