CREATE TABLE kept (b int);
