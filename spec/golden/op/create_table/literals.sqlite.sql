CREATE TABLE item (
    a text DEFAULT 'it''s a \ "b"',
    b numeric(6,2) DEFAULT -1.5,
    c boolean DEFAULT 1,
    d text DEFAULT NULL,
    e blob DEFAULT x'00ff'
);
