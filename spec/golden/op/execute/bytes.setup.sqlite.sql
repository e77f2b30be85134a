CREATE TABLE raws (raw blob);
