CREATE TABLE typed (matrix integer[]);
