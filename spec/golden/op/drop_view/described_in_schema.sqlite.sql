DROP VIEW main.v;
