ALTER POLICY own ON bixie.report WITH CHECK (id > 0);
