CREATE TABLE report (day date) PARTITION BY RANGE (day);
CREATE TABLE report_1 (day date);
