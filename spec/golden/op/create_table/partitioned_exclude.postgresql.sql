CREATE TABLE booking (
    room int4range,
    EXCLUDE USING gist (room WITH =)
) PARTITION BY LIST (room);
