ALTER TABLE public.item ADD CONSTRAINT price_is_known NOT NULL price NO INHERIT NOT VALID;
COMMENT ON CONSTRAINT price_is_known ON public.item IS 'since May';
