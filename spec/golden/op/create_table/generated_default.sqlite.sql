CREATE TABLE box (
    w integer,
    double_w integer GENERATED ALWAYS AS (w * 2) VIRTUAL
);
