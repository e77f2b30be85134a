DROP ROLE neap_golden_role;
