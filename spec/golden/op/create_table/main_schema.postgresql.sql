CREATE TABLE main."t.with dot" (
    a integer REFERENCES main.other (id)
);
