CREATE TABLE release (
    product text,
    version integer,
    CONSTRAINT pk_release PRIMARY KEY (product, version)
);
