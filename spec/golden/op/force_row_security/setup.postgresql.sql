CREATE ROLE neap_golden_a;
CREATE SCHEMA bixie;
CREATE TABLE account (id integer PRIMARY KEY, owner text);
CREATE TABLE bixie.report (id integer, created timestamptz);
