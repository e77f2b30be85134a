ALTER ROLE "neap golden" LOGIN NOCREATEDB CONNECTION LIMIT 5 VALID UNTIL 'infinity';
ALTER ROLE "neap golden" SET enable_seqscan TO false;
ALTER ROLE "neap golden" SET my.own TO 'it''s';
ALTER ROLE "neap golden" RESET statement_timeout;
COMMENT ON ROLE "neap golden" IS 'for the specs';
ALTER ROLE "neap golden" RENAME TO neap_golden;
