-- with 1
INSERT INTO main."Order.Select" ("a.b") VALUES (?);
