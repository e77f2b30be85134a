CREATE DOMAIN main.email AS text;
COMMENT ON DOMAIN main.email IS 'an address';
