CREATE TABLE main."Order.Select" ("a.b" integer);
