CREATE INDEX ix_lower ON account ((lower(email)));
