DO $neap$
DECLARE
    owner pg_catalog.name;
    plain boolean;
BEGIN
    IF pg_catalog.to_regclass('neap_definition') IS NULL THEN
        CREATE TABLE neap_definition (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            project text NOT NULL,
            revision text NOT NULL,
            file text NOT NULL,
            kind text NOT NULL,
            identity text NOT NULL,
            definition text
        );
    END IF;
    SELECT pg_catalog.pg_get_userbyid(c.relowner),
        c.relkind OPERATOR(pg_catalog.=) 'r' AND NOT c.relhasrules AND NOT c.relhastriggers AND NOT c.relrowsecurity
    INTO owner, plain
    FROM pg_catalog.pg_class c
    WHERE c.oid OPERATOR(pg_catalog.=) pg_catalog.to_regclass('neap_definition');
    IF NOT plain OR owner OPERATOR(pg_catalog.<>) ALL (ARRAY[current_user, session_user]) THEN
        RAISE EXCEPTION 'the table neap_definition is not as neap made it: % owns it, or it has triggers', owner;
    END IF;
    INSERT INTO neap_definition (project, revision, file, kind, identity)
    VALUES ('neap_version', 'x.lua', 'procs/rows.sql', 'file', 'procs/rows.sql');
END
$neap$;
-- procs/rows.sql
SELECT 1;

