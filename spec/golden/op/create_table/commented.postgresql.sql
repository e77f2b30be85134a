CREATE TABLE item (
    a integer
);
COMMENT ON COLUMN item.a IS 'it''s';
COMMENT ON TABLE item IS E'a \\ table';
