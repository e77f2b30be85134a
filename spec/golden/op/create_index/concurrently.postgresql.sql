-- commit
CREATE INDEX CONCURRENTLY ix_email ON account (email);
-- begin
