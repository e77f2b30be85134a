DROP ROLE IF EXISTS neap_golden_gone;
