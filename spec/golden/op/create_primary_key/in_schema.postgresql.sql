ALTER TABLE main.thing ADD CONSTRAINT pk PRIMARY KEY (id);
COMMENT ON CONSTRAINT pk ON main.thing IS 'the key';
