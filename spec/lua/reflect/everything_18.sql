-- What came with PostgreSQL 17 and 18.
CREATE TABLE app.virtual (a integer, b integer GENERATED ALWAYS AS (a * 2) VIRTUAL);
CREATE TABLE app.periods (id integer, during daterange, PRIMARY KEY (id, during WITHOUT OVERLAPS),
    CONSTRAINT one_at_a_time UNIQUE (id, during WITHOUT OVERLAPS) DEFERRABLE);
CREATE TABLE app.refers_period (id integer, during daterange,
    FOREIGN KEY (id, PERIOD during) REFERENCES app.periods (id, PERIOD during));
CREATE TABLE app.lenient (a integer CHECK (a > 0) NOT ENFORCED, b bigint REFERENCES app.customer NOT ENFORCED);
CREATE TABLE app.named_null (
    a integer CONSTRAINT a_is_there NOT NULL,
    b integer CONSTRAINT "b IS there" NOT NULL NO INHERIT,
    c integer NOT NULL,
    d integer,
    e serial CONSTRAINT e_is_there NOT NULL,
    f integer,
    CONSTRAINT f_is_there NOT NULL f,
    PRIMARY KEY (f)
);
COMMENT ON CONSTRAINT named_null_c_not_null ON app.named_null IS 'why';
ALTER TABLE app.named_null ADD CONSTRAINT d_will_be_there NOT NULL d NOT VALID;
CREATE TABLE app.null_heir (g integer NOT NULL) INHERITS (app.named_null);
CREATE TABLE app.null_parted (a integer CONSTRAINT part_is_there NOT NULL, b integer) PARTITION BY RANGE (a);
CREATE TABLE app.null_part PARTITION OF app.null_parted FOR VALUES FROM (1) TO (2);
ALTER TABLE app.null_part ADD CONSTRAINT own_b NOT NULL b;
ALTER DEFAULT PRIVILEGES FOR ROLE reflect_owner GRANT SELECT ON LARGE OBJECTS TO reflect_reader;
CREATE TABLE app.null_renamed (a integer NOT NULL);
ALTER TABLE app.null_renamed RENAME TO null_after;
