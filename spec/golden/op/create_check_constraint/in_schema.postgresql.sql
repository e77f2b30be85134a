ALTER TABLE main.thing ADD CONSTRAINT "ck.thing" CHECK (id > 0);
COMMENT ON CONSTRAINT "ck.thing" ON main.thing IS 'positive';
