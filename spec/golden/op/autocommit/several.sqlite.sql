-- commit
CREATE TABLE a (
    id integer
);
CREATE INDEX ix_a_id ON a (id);
-- begin
