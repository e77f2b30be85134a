INSERT INTO typed (id, keys) VALUES ('1', '{a,b}');
