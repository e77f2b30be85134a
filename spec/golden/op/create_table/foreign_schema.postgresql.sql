CREATE TABLE a (
    a integer REFERENCES other.product (id)
);
