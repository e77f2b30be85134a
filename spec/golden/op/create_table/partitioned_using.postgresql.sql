CREATE TABLE report (
    day date
) PARTITION BY RANGE (day) USING heap;
