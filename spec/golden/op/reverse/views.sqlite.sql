CREATE VIEW a AS
SELECT 1 AS one;
CREATE VIEW b AS
SELECT one FROM a;
CREATE TABLE item (
    id integer
);
-- with 1
INSERT INTO item (id) VALUES (?);
DROP TABLE item;
DROP VIEW b;
DROP VIEW a;
