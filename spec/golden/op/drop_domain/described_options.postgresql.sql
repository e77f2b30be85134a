DROP DOMAIN main.email;
