CREATE TABLE c (
    a text COLLATE "C"
);
