CREATE TABLE room (
    id int4range,
    during daterange,
    PRIMARY KEY (id, during WITHOUT OVERLAPS),
    CONSTRAINT uq UNIQUE (id, during WITHOUT OVERLAPS) DEFERRABLE
);
CREATE TABLE booking (
    room int4range,
    during daterange,
    FOREIGN KEY (room, PERIOD during) REFERENCES room (id, PERIOD during)
);
