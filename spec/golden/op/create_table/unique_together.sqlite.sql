CREATE TABLE "release" (
    product text,
    version integer,
    UNIQUE (product, version),
    CONSTRAINT uq_version UNIQUE (version)
);
