CREATE INDEX ix_account_email_age ON account (email, age);
