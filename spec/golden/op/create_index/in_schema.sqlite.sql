CREATE INDEX main."ix.thing" ON thing (id);
