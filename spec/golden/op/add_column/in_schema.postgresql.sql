ALTER TABLE main.thing ADD COLUMN "a.b" text;
