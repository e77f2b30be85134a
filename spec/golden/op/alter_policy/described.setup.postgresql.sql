CREATE TABLE thing (id integer);
CREATE POLICY own ON thing USING (id > 0);
