CREATE INDEX ix_adult ON account (age) WHERE age >= 18 AND name IS NOT NULL;
