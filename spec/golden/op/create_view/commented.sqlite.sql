CREATE VIEW adult AS
SELECT id FROM account -- all of them
;
