DROP TRIGGER touch ON main.thing;
