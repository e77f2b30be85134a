CREATE SCHEMA bixie;
CREATE TABLE bixie.report (product_id integer);
