ALTER POLICY own ON thing USING (id > 1);
