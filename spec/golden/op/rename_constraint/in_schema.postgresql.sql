ALTER TABLE main.thing RENAME CONSTRAINT ck TO ck_thing;
