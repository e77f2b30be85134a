CREATE MATERIALIZED VIEW IF NOT EXISTS public.ages (years) WITH (fillfactor = 70) TABLESPACE pg_default AS
SELECT age FROM account -- no data
WITH NO DATA;
COMMENT ON MATERIALIZED VIEW public.ages IS 'by age';
