CREATE INDEX IF NOT EXISTS ix_age ON account (age);
