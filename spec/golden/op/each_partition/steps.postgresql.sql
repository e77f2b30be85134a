-- query, with 'report'
SELECT pg_catalog.concat(n.nspname, '.', c.relname) AS name, pg_catalog.pg_get_expr(c.relpartbound, c.oid) AS bound
FROM pg_catalog.pg_inherits i
JOIN pg_catalog.pg_class c ON c.oid OPERATOR(pg_catalog.=) i.inhrelid
JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) c.relnamespace
WHERE i.inhparent OPERATOR(pg_catalog.=) $1::pg_catalog.regclass
ORDER BY n.nspname::pg_catalog.text COLLATE pg_catalog."C" ASC, c.relname::pg_catalog.text COLLATE pg_catalog."C" ASC;
-- keep 15:public.Report_248:FOR VALUES FROM ('2025-01-01') TO ('2025-01-08')15:public.report_148:FOR VALUES FROM ('2024-01-01') TO ('2024-01-08')
-- commit, begin
SET LOCAL lock_timeout = '2s';
CREATE INDEX "ix_public_Report_2_day" ON public."Report_2" (day);
-- commit, begin
SET LOCAL lock_timeout = '2s';
CREATE INDEX ix_public_report_1_day ON public.report_1 (day);
-- commit, begin
