ALTER TABLE account ADD COLUMN product integer REFERENCES product (id) ON DELETE CASCADE;
CREATE INDEX ix_account_product ON account (product);
