CREATE TEMPORARY TABLE scratch (
    id integer
) ON COMMIT DROP;
