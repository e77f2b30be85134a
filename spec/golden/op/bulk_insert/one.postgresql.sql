INSERT INTO account (id, name) VALUES ('1', E'tab	and \\ backslash');
