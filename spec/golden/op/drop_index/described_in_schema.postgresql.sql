DROP INDEX main.ix;
