DROP TRIGGER main.touch2;
