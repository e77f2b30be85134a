CREATE DOMAIN public.email AS varchar(80) COLLATE "C" DEFAULT 'nobody@nowhere' NOT NULL CONSTRAINT email_has_at CHECK (value LIKE '%@%');
COMMENT ON DOMAIN public.email IS 'an address';
