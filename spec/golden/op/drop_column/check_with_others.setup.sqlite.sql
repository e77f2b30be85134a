CREATE TABLE kept (a int, b int, CONSTRAINT less CHECK (a < b));
