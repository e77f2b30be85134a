CREATE TABLE thing (room text);
