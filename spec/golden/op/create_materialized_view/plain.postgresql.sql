CREATE MATERIALIZED VIEW ages AS
SELECT age, count(*) AS number FROM account GROUP BY age -- by age
;
