COMMENT ON TABLE public.account IS 'x';
