CREATE ROLE neap_golden_role SUPERUSER;
