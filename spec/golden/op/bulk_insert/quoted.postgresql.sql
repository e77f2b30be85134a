INSERT INTO main."Order.Select" ("a.b") VALUES ('1');
