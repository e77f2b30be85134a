CREATE TABLE typed (id integer, keys text, doc text, raw blob);
