-- with 'md5b5f5ba1a423792b526f799ae4eb3d59e'
SELECT pg_catalog.set_config('neap.password', $1, false);
DO $neap$
BEGIN
        BEGIN
            EXECUTE pg_catalog.format('ALTER ROLE neap_golden PASSWORD %L', pg_catalog.current_setting('neap.password'));
        EXCEPTION WHEN OTHERS THEN
            RAISE EXCEPTION USING ERRCODE = SQLSTATE, MESSAGE = SQLERRM;
        END;
END
$neap$;
-- with ''
SELECT pg_catalog.set_config('neap.password', $1, false);
