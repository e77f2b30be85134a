CREATE TABLE raws (raw bytea);
