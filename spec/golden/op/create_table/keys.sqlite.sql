CREATE TABLE "release" (
    product text NOT NULL,
    version text NOT NULL,
    build bigint,
    CONSTRAINT uq_version_build UNIQUE (version, build),
    UNIQUE (build),
    PRIMARY KEY (product, version)
);
