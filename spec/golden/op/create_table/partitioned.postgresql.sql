CREATE TABLE report (
    day date NOT NULL,
    id bigint NOT NULL,
    PRIMARY KEY (day, id)
) PARTITION BY RANGE (day);
