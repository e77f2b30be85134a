CREATE TABLE report (
    id integer,
    email text,
    created timestamptz
);
CREATE UNIQUE INDEX ix_report_email ON report (email);
CREATE INDEX ix_when ON report (created);
CREATE UNIQUE INDEX ix_lower ON report ((lower(email)), id DESC) WHERE id > 0;
CREATE INDEX ix_report_id_email ON report (id, email);
