COMMENT ON CONSTRAINT pk_account ON account IS 'the key';
COMMENT ON TRIGGER touch ON public.account IS 'for quiet';
COMMENT ON POLICY own ON public.account IS 'all of it';
COMMENT ON RULE quiet ON account IS NULL;
COMMENT ON CONSTRAINT has_at ON DOMAIN email IS 'an address has one';
COMMENT ON COLUMN public.account."Odd" IS 'as it is';
