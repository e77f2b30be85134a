CREATE TABLE thing (
    tenant integer,
    id integer,
    parent integer,
    PRIMARY KEY (tenant, id),
    CONSTRAINT fk FOREIGN KEY (tenant, parent) REFERENCES thing (tenant, id) ON DELETE SET NULL (parent)
);
