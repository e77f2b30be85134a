INSERT INTO account VALUES (1, ':name', 'a::b'); UPDATE account SET name = 'x';
