-- look at the table
-- rebuild
CREATE TABLE neap_new_kept (
    id INTEGER PRIMARY KEY AUTOINCREMENT, -- a number
    b varchar(20) DEFAULT 'y' COLLATE NOCASE NOT NULL, /* and a word */
    c int NOT NULL ON CONFLICT IGNORE CONSTRAINT positive CHECK (c > 0),
    d GENERATED ALWAYS AS (c + 1) VIRTUAL,
    "e f" integer REFERENCES parent (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    UNIQUE (b COLLATE BINARY DESC, c) ON CONFLICT REPLACE,
    CHECK (length(b) < 100)
);
INSERT OR ABORT INTO neap_new_kept (id, b, c, "e f") SELECT id, b, c, "e f" FROM kept;
DELETE FROM main.sqlite_sequence WHERE name = 'neap_new_kept';
INSERT INTO main.sqlite_sequence (name, seq) SELECT 'neap_new_kept', seq FROM main.sqlite_sequence WHERE name = 'kept';
DROP TABLE kept;
ALTER TABLE neap_new_kept RENAME TO kept;
CREATE INDEX ix_kept ON kept (lower(b), c DESC) WHERE c > 3;
CREATE TRIGGER on_kept AFTER UPDATE OF b ON kept BEGIN UPDATE parent SET id = new.c; END;
-- rebuilt
