DROP POLICY own ON account;
DROP POLICY IF EXISTS own ON bixie.report;
