CREATE ROLE neap_golden_role ADMIN neap_golden_boss;
