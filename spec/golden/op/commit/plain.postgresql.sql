SELECT 1;
-- commit, begin
SELECT 2;
