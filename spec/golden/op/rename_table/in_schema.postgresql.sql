ALTER TABLE main.thing RENAME TO "a.b";
