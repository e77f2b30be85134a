CREATE TRIGGER "on touch" AFTER UPDATE OF touched ON account WHEN NEW.touched > 1 BEGIN UPDATE account SET touched = 1 WHERE id = NEW.id; SELECT 1; END;
