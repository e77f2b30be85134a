CREATE TABLE b (
    id integer
);
DROP TABLE b;
DROP TABLE account;
