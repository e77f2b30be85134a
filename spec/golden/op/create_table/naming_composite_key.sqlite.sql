CREATE TABLE "release" (
    a integer NOT NULL,
    b integer NOT NULL,
    CONSTRAINT pk_release PRIMARY KEY (a, b)
);
