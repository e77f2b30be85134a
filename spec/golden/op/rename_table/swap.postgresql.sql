ALTER TABLE account RENAME TO tmp;
CREATE TABLE account (
    id integer
);
DROP TABLE tmp;
