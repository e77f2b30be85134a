CREATE TABLE kept (a int, b int UNIQUE); CREATE TABLE child (b int REFERENCES kept (b));
