ALTER POLICY own ON account RENAME TO mine;
