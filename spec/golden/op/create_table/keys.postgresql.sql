CREATE TABLE release (
    product text,
    version text,
    build bigint,
    CONSTRAINT uq_version_build UNIQUE (version, build),
    UNIQUE (build),
    PRIMARY KEY (product, version)
);
