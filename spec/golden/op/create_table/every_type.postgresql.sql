CREATE TABLE item (
    a smallint,
    b double precision,
    c real,
    d char(2),
    e time,
    f interval,
    g uuid,
    h jsonb,
    i integer[],
    j timestamptz,
    k date,
    l timestamp
);
