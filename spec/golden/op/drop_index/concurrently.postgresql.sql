-- commit
DROP INDEX CONCURRENTLY ix_email;
-- begin
