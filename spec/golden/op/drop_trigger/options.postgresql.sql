DROP TRIGGER IF EXISTS touch ON main.account;
