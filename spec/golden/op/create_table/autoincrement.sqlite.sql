CREATE TABLE ticket (
    id integer PRIMARY KEY AUTOINCREMENT,
    title text NOT NULL DEFAULT ''
);
