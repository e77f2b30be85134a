CREATE INDEX ix_one ON account (age DESC);
