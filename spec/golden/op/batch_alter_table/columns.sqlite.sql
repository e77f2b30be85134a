ALTER TABLE account ADD COLUMN a integer;
ALTER TABLE account RENAME COLUMN a TO b;
CREATE INDEX ix_b ON account (b);
