-- query, with 'account', 'main', 'name'
SELECT 1 FROM pragma_table_xinfo(?1, ?2) WHERE lower(name) = lower(?3);
