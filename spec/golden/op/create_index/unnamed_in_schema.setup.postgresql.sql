CREATE SCHEMA bixie;
CREATE TABLE bixie.account (email text);
