-- commit
SELECT 1;
-- begin
