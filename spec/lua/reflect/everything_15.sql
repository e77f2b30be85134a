-- What came with PostgreSQL 15.
CREATE TABLE app.nulls (a integer, b integer, UNIQUE NULLS NOT DISTINCT (a));
CREATE UNIQUE INDEX nulls_index ON app.nulls (b) NULLS NOT DISTINCT;
CREATE VIEW app.invoker WITH (security_invoker = true) AS SELECT 1 AS a;
CREATE TABLE app.sets (a integer, b integer, FOREIGN KEY (a, b) REFERENCES app.full_match (a, b) ON DELETE SET NULL (b));
CREATE UNLOGGED SEQUENCE app.unlogged_sequence;
