CREATE OR REPLACE VIEW adults ("Number") AS
SELECT id FROM account -- all of them
;
