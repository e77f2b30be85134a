-- with bytes '\x00\x01'
UPDATE account SET id = NULL WHERE other = ?1;
