DO $neap_$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname OPERATOR(pg_catalog.=) 'neap_golden') THEN
        CREATE ROLE neap_golden PASSWORD E'$neap$''\\';
    END IF;
END
$neap_$;
