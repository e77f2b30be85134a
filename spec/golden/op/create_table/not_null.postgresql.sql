CREATE TABLE item (
    id integer PRIMARY KEY,
    price integer,
    CONSTRAINT price_is_known NOT NULL price NO INHERIT
);
COMMENT ON CONSTRAINT price_is_known ON item IS 'since May';
