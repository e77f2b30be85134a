CREATE UNIQUE INDEX ix_lower ON account ((lower(email)), name);
