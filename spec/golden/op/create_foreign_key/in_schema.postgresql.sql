ALTER TABLE main.thing ADD CONSTRAINT fk FOREIGN KEY (parent) REFERENCES main.other (id);
COMMENT ON CONSTRAINT fk ON main.thing IS 'up';
