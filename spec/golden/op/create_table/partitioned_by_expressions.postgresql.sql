CREATE TABLE event (
    a text,
    b text
) PARTITION BY HASH ((lower(a)), b);
