CREATE VIEW public.adults WITH (security_barrier = true) AS
SELECT id, age FROM account WHERE age > 17
WITH LOCAL CHECK OPTION;
COMMENT ON VIEW public.adults IS 'grown up';
