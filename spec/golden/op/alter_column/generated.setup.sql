CREATE TABLE sums (a int, total int GENERATED ALWAYS AS (a) STORED);
