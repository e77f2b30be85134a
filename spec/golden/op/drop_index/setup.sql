CREATE TABLE account (id integer PRIMARY KEY, email text);
CREATE INDEX ix_email ON account (email);
