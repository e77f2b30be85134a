CREATE INDEX idx_account__email_lower_name ON account (email, (lower(name)));
