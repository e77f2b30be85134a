ALTER TABLE account ADD CONSTRAINT uq_email UNIQUE (email);
