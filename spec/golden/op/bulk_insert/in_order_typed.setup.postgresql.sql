CREATE TABLE typed (id integer, keys text[], doc jsonb, raw bytea);
