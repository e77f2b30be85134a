CREATE TABLE "release" (
    product text NOT NULL,
    version integer NOT NULL,
    CONSTRAINT pk_release PRIMARY KEY (product, version)
);
