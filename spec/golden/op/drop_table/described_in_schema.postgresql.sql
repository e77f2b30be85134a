DROP TABLE main.thing;
