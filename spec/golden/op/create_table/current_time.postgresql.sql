CREATE TABLE item (
    a timestamptz NOT NULL DEFAULT now()
);
