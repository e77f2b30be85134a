-- The password is not in this script: \password neap_golden in psql sets it.
ALTER ROLE neap_golden LOGIN;
