CREATE POLICY own ON account FOR UPDATE TO neap_golden_a USING (id > 0) WITH CHECK (id > 1);
