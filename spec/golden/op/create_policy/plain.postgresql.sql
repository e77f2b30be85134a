CREATE POLICY own ON account USING (owner = current_user);
