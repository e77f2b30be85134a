ALTER POLICY own ON account TO neap_golden_a USING (id > 0);
ALTER POLICY own ON account RENAME TO "Own";
