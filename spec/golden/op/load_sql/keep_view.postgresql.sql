-- query
SELECT pg_catalog.to_regclass('neap_loaded') IS NOT NULL AS there, pg_catalog.current_setting('search_path') AS path, pg_catalog.concat(pg_catalog.quote_ident(n.nspname), '.', pg_catalog.quote_ident(c.relname)) AS name FROM (SELECT 1) o LEFT JOIN pg_catalog.pg_class c ON c.oid OPERATOR(pg_catalog.=) pg_catalog.to_regclass('neap_loaded') LEFT JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) c.relnamespace;
DO $neap$
DECLARE
    wrong text;
    one text;
    acting text := pg_catalog.current_setting('role');
BEGIN
    PERFORM pg_catalog.set_config('role', 'none', true);
    IF true AND pg_catalog.to_regclass('neap_definition') IS NULL THEN
        CREATE TABLE neap_definition (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            project text NOT NULL,
            revision text NOT NULL,
            file text NOT NULL,
            kind text NOT NULL,
            identity text NOT NULL,
            hash text,
            state text,
            extras text
        );
    END IF;
    IF true AND pg_catalog.to_regclass('neap_definition_text') IS NULL THEN
        CREATE TABLE neap_definition_text (hash text PRIMARY KEY, definition text NOT NULL);
    END IF;
    IF pg_catalog.to_regclass('neap_loaded') IS NULL THEN
        CREATE TABLE neap_loaded (
            project text NOT NULL,
            file text NOT NULL,
            hash text NOT NULL,
            kind text NOT NULL,
            identity text NOT NULL,
            class bigint NOT NULL,
            oid bigint NOT NULL,
            version text,
            fingerprint text
        );
    END IF;
    FOREACH one IN ARRAY ARRAY['neap_definition', 'neap_definition_text', 'neap_loaded'] LOOP
        IF acting OPERATOR(pg_catalog.<>) 'none' AND pg_catalog.to_regclass(one) IS NOT NULL
            AND NOT pg_catalog.has_table_privilege(acting, one, 'INSERT') THEN
            EXECUTE pg_catalog.format('GRANT SELECT, INSERT, UPDATE, DELETE ON TABLE %s TO %I', one, acting);
        END IF;
    END LOOP;
    PERFORM pg_catalog.set_config('role', acting, true);
    SELECT pg_catalog.string_agg(pg_catalog.format('the table %s is not as neap made it: %s owns it, or it has triggers',
        c.relname, pg_catalog.pg_get_userbyid(c.relowner)), '; ') INTO wrong
    FROM pg_catalog.pg_class c
    WHERE c.oid OPERATOR(pg_catalog.=) ANY (ARRAY[pg_catalog.to_regclass('neap_definition'), pg_catalog.to_regclass('neap_definition_text'), pg_catalog.to_regclass('neap_loaded')]::pg_catalog.oid[])
        AND (c.relkind OPERATOR(pg_catalog.<>) 'r' OR c.relhasrules OR c.relhastriggers OR c.relrowsecurity
            OR pg_catalog.pg_get_userbyid(c.relowner) OPERATOR(pg_catalog.<>) ALL (ARRAY[current_user, session_user]));
    IF wrong IS NOT NULL THEN
        RAISE EXCEPTION '%', wrong;
    END IF;
END
$neap$;
INSERT INTO neap_definition (project, revision, file, kind, identity)
SELECT 'neap_version', 'x.lua', f.file, 'unchanged', f.file FROM pg_catalog.unnest('{"views/names.sql"}'::text[]) f (file);
