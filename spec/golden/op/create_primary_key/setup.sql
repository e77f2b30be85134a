CREATE TABLE account (id integer NOT NULL, email text NOT NULL, name text);
