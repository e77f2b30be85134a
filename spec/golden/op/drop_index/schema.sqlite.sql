DROP INDEX bixie.ix_report;
DROP INDEX IF EXISTS bixie.ix_other;
