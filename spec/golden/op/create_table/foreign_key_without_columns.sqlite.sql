CREATE TABLE report (
    id integer PRIMARY KEY,
    product integer REFERENCES product,
    FOREIGN KEY (id) REFERENCES product
);
