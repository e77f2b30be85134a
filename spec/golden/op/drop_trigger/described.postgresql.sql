DROP TRIGGER touch ON account;
