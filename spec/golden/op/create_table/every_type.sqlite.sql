CREATE TABLE item (
    a smallint,
    b double precision,
    c real,
    d char(2),
    e text,
    f text,
    g text,
    h text,
    i text,
    j text,
    k text,
    l text
);
