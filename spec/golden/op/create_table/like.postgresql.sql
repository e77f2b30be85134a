CREATE TABLE child (
    LIKE public.parent INCLUDING ALL,
    CONSTRAINT ck CHECK (id > 5)
);
