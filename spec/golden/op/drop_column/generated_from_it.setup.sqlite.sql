CREATE TABLE kept (a int, b int, c AS (b + 1));
