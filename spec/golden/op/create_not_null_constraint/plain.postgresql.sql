ALTER TABLE item ADD CONSTRAINT price_is_known NOT NULL price;
