CREATE TABLE account (id integer, touched integer);
CREATE TRIGGER touch AFTER UPDATE ON account BEGIN SELECT 1; END;
