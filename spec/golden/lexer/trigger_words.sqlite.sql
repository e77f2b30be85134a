-- No trigger, so these are cut.
CREATE TABLE "trigger" (a); BEGIN; INSERT INTO "trigger" VALUES (1); END;
SELECT create_trigger(1); CREATE VIEW trigger_v AS SELECT 1; COMMIT;
==== expected
---- statement, line 2
CREATE TABLE "trigger" (a)
---- statement, line 2
BEGIN
---- statement, line 2
INSERT INTO "trigger" VALUES (1)
---- statement, line 2
END
---- statement, line 3
SELECT create_trigger(1)
---- statement, line 3
CREATE VIEW trigger_v AS SELECT 1
---- statement, line 3
COMMIT
