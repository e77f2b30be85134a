COMMENT ON TABLE main.thing IS 'new';
