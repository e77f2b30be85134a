CREATE SCHEMA main;
CREATE TABLE main.report (day date) PARTITION BY RANGE (day);
CREATE TABLE main.report_1 (day date);
