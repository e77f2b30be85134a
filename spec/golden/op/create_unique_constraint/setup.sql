CREATE TABLE account (id integer NOT NULL, email text, name text);
