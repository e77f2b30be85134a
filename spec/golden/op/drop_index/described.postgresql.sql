DROP INDEX ix_email;
