CREATE TABLE a (
    id integer
);
-- commit, begin
CREATE TABLE b (
    id integer
);
-- commit, begin
CREATE INDEX ix_b_id ON b (id);
