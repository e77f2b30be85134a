ALTER TABLE account ADD CONSTRAINT uq_account_email_id UNIQUE (email, id);
