CREATE TABLE release (product text NOT NULL, "Version" integer, n integer);
