-- with 
-- with 
INSERT INTO account DEFAULT VALUES;
