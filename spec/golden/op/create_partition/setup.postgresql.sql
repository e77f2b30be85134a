CREATE TABLE report (day date, id integer) PARTITION BY RANGE (day);
