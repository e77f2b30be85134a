ALTER TABLE bixie.account RENAME TO person;
