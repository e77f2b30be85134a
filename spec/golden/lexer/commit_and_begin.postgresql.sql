-- (digitallyinduced/ihp#944)
COMMIT; ALTER TYPE item ADD VALUE 'mat'; BEGIN; INSERT INTO a VALUES ('mat');
==== expected
---- statement, line 2
COMMIT
---- statement, line 2
ALTER TYPE item ADD VALUE 'mat'
---- statement, line 2
BEGIN
---- statement, line 2
INSERT INTO a VALUES ('mat')
