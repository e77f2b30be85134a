CREATE TABLE numbered (id integer PRIMARY KEY AUTOINCREMENT, note text);
