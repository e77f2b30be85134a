CREATE TABLE parent (id integer PRIMARY KEY);
CREATE TABLE child (id integer PRIMARY KEY, parent integer UNIQUE REFERENCES parent (id) ON DELETE SET NULL);
