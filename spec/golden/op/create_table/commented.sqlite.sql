CREATE TABLE item (
    a integer
);
