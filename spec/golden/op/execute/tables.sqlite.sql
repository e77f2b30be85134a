-- with '[1,null]', '{"a":null,"b":[1,true],"c":"ü\n"}', 1
UPDATE account SET name = ?1, other = ?2 WHERE id = ?3;
