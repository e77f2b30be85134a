DROP TRIGGER main.touch;
