CREATE TABLE typed (matrix text);
