CREATE TABLE main."t.with dot" (
    a integer REFERENCES other (id)
);
