CREATE TABLE report (
    id integer CONSTRAINT pk_report PRIMARY KEY,
    email text CONSTRAINT uq_report_email UNIQUE,
    age integer CONSTRAINT ck_report_age CHECK (age > 0),
    product integer CONSTRAINT fk_report_product_product REFERENCES product (id),
    CONSTRAINT ck_report_sane_age CHECK (age < 200),
    CONSTRAINT ck_report_thirteen CHECK (age <> 13),
    CONSTRAINT uq_report_email_age UNIQUE (email, age),
    CONSTRAINT fk_report_age_product FOREIGN KEY (age) REFERENCES product (id)
);
CREATE INDEX ix_report_age ON report (age);
CREATE INDEX ix_report_lower_email_age ON report ((lower(email)), age);
