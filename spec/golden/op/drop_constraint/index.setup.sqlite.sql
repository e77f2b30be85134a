CREATE UNIQUE INDEX ix_age ON account (age);
