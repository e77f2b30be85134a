ALTER TABLE account ADD COLUMN product integer DEFAULT 1 REFERENCES product (id);
