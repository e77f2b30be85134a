DROP TRIGGER touch2 ON main.thing;
