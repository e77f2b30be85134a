CREATE TABLE severity (
    id integer PRIMARY KEY,
    name text
);
