CREATE TABLE "release" (
    product text NOT NULL,
    version text NOT NULL,
    CONSTRAINT pk_release PRIMARY KEY (product, version)
);
