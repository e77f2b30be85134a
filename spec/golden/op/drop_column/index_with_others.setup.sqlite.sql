CREATE TABLE kept (a int, b int); CREATE INDEX ix_ab ON kept (a, b);
