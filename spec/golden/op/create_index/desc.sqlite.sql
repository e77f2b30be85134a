CREATE INDEX ix_account_age_id ON account (age DESC, id);
