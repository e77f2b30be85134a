CREATE INDEX ix_like ON account (email text_pattern_ops DESC NULLS LAST);
