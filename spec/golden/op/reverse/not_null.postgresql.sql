CREATE TABLE item (
    price integer,
    size integer
);
ALTER TABLE item ADD CONSTRAINT price_is_known NOT NULL price;
ALTER TABLE item ADD CONSTRAINT size_is_known NOT NULL size;
ALTER TABLE item ALTER COLUMN price DROP NOT NULL;
