-- What came with PostgreSQL 17 and 18.
CREATE TABLE app.virtual (a integer, b integer GENERATED ALWAYS AS (a * 2) VIRTUAL);
CREATE TABLE app.periods (id integer, during daterange, PRIMARY KEY (id, during WITHOUT OVERLAPS));
CREATE TABLE app.refers_period (id integer, during daterange,
    FOREIGN KEY (id, PERIOD during) REFERENCES app.periods (id, PERIOD during));
CREATE TABLE app.lenient (a integer CHECK (a > 0) NOT ENFORCED, b bigint REFERENCES app.customer NOT ENFORCED);
CREATE TABLE app.named_null (a integer CONSTRAINT a_is_there NOT NULL);
