CREATE TRIGGER touch BEFORE UPDATE ON main.thing FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger();
COMMENT ON TRIGGER touch ON main.thing IS 'for quiet';
