CREATE TABLE release (
    product text,
    version text NOT NULL,
    CONSTRAINT pk_release PRIMARY KEY (product, version)
);
