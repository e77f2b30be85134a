CREATE VIEW adults AS
SELECT id, name FROM account WHERE age > 17;
