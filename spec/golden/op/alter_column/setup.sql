CREATE TABLE account (id integer, age text DEFAULT 'x');
