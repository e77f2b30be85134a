CREATE INDEX ix_many ON account (email COLLATE NOCASE DESC, (age + 1), (lower(name)) DESC);
