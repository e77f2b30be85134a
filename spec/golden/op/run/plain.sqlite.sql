DROP TABLE IF EXISTS account;
CREATE TABLE t (
    a integer DEFAULT 1
);
