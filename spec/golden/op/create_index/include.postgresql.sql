CREATE UNIQUE INDEX ix_include ON account (email) INCLUDE (name, age) NULLS NOT DISTINCT;
