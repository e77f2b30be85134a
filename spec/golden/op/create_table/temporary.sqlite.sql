CREATE TEMPORARY TABLE scratch (
    id integer
);
