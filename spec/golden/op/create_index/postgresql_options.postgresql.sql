CREATE INDEX ix_gin ON account USING gin ((to_tsvector('simple', email))) WITH (fastupdate = false) TABLESPACE pg_default WHERE age > 0;
