CREATE VIEW adult (number, "Name") AS
SELECT id, name FROM account WHERE age > 17;
