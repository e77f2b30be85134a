DO $neap$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname OPERATOR(pg_catalog.=) 'neap_golden') THEN
        CREATE ROLE neap_golden NOLOGIN;
    END IF;
END
$neap$;
