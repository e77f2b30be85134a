CREATE TABLE defaults (
    a integer DEFAULT 5,
    b integer DEFAULT -5,
    c double precision DEFAULT 1.5,
    d boolean DEFAULT 0,
    e text DEFAULT 'now()',
    f text DEFAULT CURRENT_TIMESTAMP,
    g text DEFAULT CURRENT_DATE,
    h text DEFAULT NULL,
    i integer NOT NULL DEFAULT (1 + 2),
    j blob DEFAULT x'00ff',
    k text DEFAULT ''
);
