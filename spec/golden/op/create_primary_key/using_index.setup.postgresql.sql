CREATE UNIQUE INDEX ix_id ON account (id);
