-- with 'it's :name'
UPDATE account SET name = ?1 WHERE other <> ':name';
