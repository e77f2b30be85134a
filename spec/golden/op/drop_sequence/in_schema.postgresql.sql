DROP SEQUENCE main.ids;
