CREATE TABLE severity (
    id integer PRIMARY KEY,
    name text
);
CREATE UNIQUE INDEX ix_severity_name ON severity (name);
CREATE TABLE kind (
    id integer PRIMARY KEY,
    name text
);
CREATE UNIQUE INDEX ix_kind_name ON kind (name);
