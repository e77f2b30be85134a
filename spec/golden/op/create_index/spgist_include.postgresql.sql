CREATE INDEX ix ON account USING spgist (email) INCLUDE (id);
