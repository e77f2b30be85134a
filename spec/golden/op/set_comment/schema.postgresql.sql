COMMENT ON SEQUENCE bixie.ids IS 'new';
COMMENT ON COLUMN public.account.id IS 'a number';
