CREATE SCHEMA main;
CREATE TABLE main.report (day date) PARTITION BY RANGE (day);
