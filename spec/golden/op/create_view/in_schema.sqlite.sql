CREATE VIEW main."v.x" AS
SELECT 1 AS one;
