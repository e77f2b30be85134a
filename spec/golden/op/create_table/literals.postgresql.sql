CREATE TABLE item (
    a text DEFAULT E'it''s a \\ "b"',
    b numeric(6,2) DEFAULT -1.5,
    c boolean DEFAULT true,
    d text DEFAULT NULL,
    e bytea DEFAULT E'\\x00ff'
);
