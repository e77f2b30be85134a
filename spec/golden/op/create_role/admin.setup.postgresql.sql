CREATE ROLE neap_golden_boss;
