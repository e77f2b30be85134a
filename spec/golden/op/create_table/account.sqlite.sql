CREATE TABLE account (
    id integer PRIMARY KEY,
    email varchar(255) NOT NULL UNIQUE,
    name text,
    created text NOT NULL DEFAULT CURRENT_TIMESTAMP,
    active boolean DEFAULT 1
);
CREATE INDEX ix_account_name ON account (name);
