DO $neap$
BEGIN
    IF EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname OPERATOR(pg_catalog.=) 'neap_golden') THEN
        DROP OWNED BY neap_golden;
        DROP ROLE neap_golden;
    END IF;
END
$neap$;
CREATE ROLE neap_golden;
DO $neap$
BEGIN
    IF EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname OPERATOR(pg_catalog.=) 'neap_golden') THEN
        REASSIGN OWNED BY neap_golden TO CURRENT_USER;
        DROP OWNED BY neap_golden;
        DROP ROLE neap_golden;
    END IF;
END
$neap$;
