-- with 'SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU='
SELECT pg_catalog.set_config('neap.password', $1, false);
DO $neap$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname OPERATOR(pg_catalog.=) 'neap_golden') THEN
        BEGIN
            EXECUTE pg_catalog.format('CREATE ROLE neap_golden LOGIN PASSWORD %L', pg_catalog.current_setting('neap.password'));
        EXCEPTION WHEN OTHERS THEN
            RAISE EXCEPTION USING ERRCODE = SQLSTATE, MESSAGE = SQLERRM;
        END;
        ALTER ROLE neap_golden SET search_path TO bixie, public;
        ALTER ROLE neap_golden SET work_mem TO '8MB';
    END IF;
END
$neap$;
-- with ''
SELECT pg_catalog.set_config('neap.password', $1, false);
