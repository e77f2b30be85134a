CREATE INDEX ix_many ON account (email COLLATE "C" DESC, (age + 1), (lower(name)) DESC);
