CREATE VIEW adult AS
SELECT id FROM account -- all of them
;
COMMENT ON VIEW adult IS 'who';
