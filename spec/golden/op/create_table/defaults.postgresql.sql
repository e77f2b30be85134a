CREATE TABLE defaults (
    a integer DEFAULT 5,
    b integer DEFAULT -5,
    c double precision DEFAULT 1.5,
    d boolean DEFAULT false,
    e text DEFAULT 'now()',
    f timestamptz DEFAULT now(),
    g date DEFAULT current_date,
    h text DEFAULT NULL,
    i integer NOT NULL DEFAULT 1 + 2,
    j bytea DEFAULT E'\\x00ff',
    k text DEFAULT ''
);
