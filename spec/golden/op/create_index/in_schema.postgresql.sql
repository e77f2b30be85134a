CREATE INDEX "ix.thing" ON main.thing (id);
