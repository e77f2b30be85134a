CREATE TABLE pair (
    "key" text NOT NULL PRIMARY KEY,
    value real,
    flag integer,
    raw blob
) STRICT, WITHOUT ROWID;
