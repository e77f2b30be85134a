local sql = require("neap.sql")

-- Statement -> its lines without the place.
local postgresql = {
  ['CREATE TABLE Account (id bigint PRIMARY KEY, "E mail" text CONSTRAINT a CHECK (x > 1), CONSTRAINT b UNIQUE (id, "E mail"))'] = "create table account columns=id,E%20mail constraints=a,b",
  ["CREATE TABLE IF NOT EXISTS public.a (exclude int, EXCLUDE USING gist (x WITH &&), LIKE b)"] = "create table public.a columns=exclude if_not_exists=",
  ["CREATE TABLE a_2026 PARTITION OF s.a FOR VALUES FROM (1) TO (2)"] = "create table a_2026 partition_of=s.a",
  ["CREATE TABLE a AS SELECT 1 AS b"] = "create table a",
  ["CREATE TEMP TABLE a (b int)"] = "",
  ["CREATE UNLOGGED TABLE a (b numeric(10, 2), c int)"] = "create table a columns=b,c",
  ["CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS ix ON ONLY s.a (b)"] = "create index ix table=s.a if_not_exists=",
  ["CREATE INDEX ON a (b)"] = "alter table a what=index",
  ["create or replace function s.f(a integer,\n   b text) returns int language sql as $$ drop table x $$"] = "create function s.f args=(a%20integer%2C%20b%20text) replace=",
  ["CREATE TRIGGER t BEFORE UPDATE OF a, b OR INSERT ON s.x FOR EACH ROW EXECUTE FUNCTION f()"] = "create trigger s.x.t",
  ["CREATE CONSTRAINT TRIGGER t AFTER INSERT ON x EXECUTE FUNCTION f()"] = "create trigger x.t",
  ["CREATE RULE r AS ON INSERT TO s.v DO INSTEAD NOTHING"] = "create rule s.v.r",
  ["CREATE POLICY p ON a USING (true)"] = "create policy a.p",
  ["CREATE MATERIALIZED VIEW m AS SELECT 1"] = "create materialized_view m",
  ["CREATE OR REPLACE RECURSIVE VIEW v (a) AS SELECT 1"] = "create view v replace=",
  ["CREATE SCHEMA AUTHORIZATION joe"] = "create schema joe",
  ["CREATE EXTENSION IF NOT EXISTS citext"] = "create extension citext if_not_exists=",
  ["CREATE TYPE mood AS ENUM ('a', 'b')"] = "create type mood",
  ["CREATE USER joe PASSWORD 'secret'"] = "create role joe",
  ["CREATE FOREIGN TABLE f (a int) SERVER s"] = "create table f columns=a",
  ["ALTER TABLE ONLY a ADD COLUMN IF NOT EXISTS b int, ADD c numeric(1, 2) CONSTRAINT k CHECK (c > 0), DROP COLUMN IF EXISTS d, ALTER e SET NOT NULL, ALTER COLUMN f SET DATA TYPE int USING f::int, ADD CONSTRAINT u UNIQUE (b), ADD PRIMARY KEY (b), DROP CONSTRAINT v CASCADE, VALIDATE CONSTRAINT w, OWNER TO joe, ENABLE ROW LEVEL SECURITY"] = [[
create column a.b if_not_exists=
create column a.c
create constraint a.k
drop column a.d if_exists=
alter column a.e what=set%20not%20null
alter column a.f what=type
create constraint a.u
alter table a what=constraint
drop constraint a.v
alter constraint a.w what=validate
alter table a what=owner
alter table a what=enable%20row%20level%20security]],
  ["CREATE TABLE a (b int, NOT NULL b, CONSTRAINT c NOT NULL b NO INHERIT)"] = "create table a columns=b constraints=c",
  ["ALTER TABLE a ADD NOT NULL b NOT VALID, ALTER CONSTRAINT c NO INHERIT"] = "alter table a what=constraint\nalter constraint a.c what=no%20inherit",
  ["ALTER TABLE IF EXISTS s.a RENAME TO b"] = "rename table s.a to=b",
  ['ALTER TABLE a RENAME "x.y" TO z'] = "rename column a.x%2Ey to=z",
  ["ALTER TABLE a RENAME COLUMN x TO z"] = "rename column a.x to=z",
  ["ALTER TABLE a RENAME CONSTRAINT x TO z"] = "rename constraint a.x to=z",
  ["ALTER TABLE a SET SCHEMA s"] = "rename table a schema=s",
  ["ALTER TABLE a ATTACH PARTITION b FOR VALUES FROM (1) TO (2)"] = "alter table a what=attach partition=b",
  ["ALTER TABLE a DETACH PARTITION b CONCURRENTLY"] = "alter table a what=detach partition=b",
  ["ALTER INDEX i RENAME TO j"] = "rename index i to=j",
  ["ALTER TYPE mood ADD VALUE 'c'"] = "alter type mood what=add%20value",
  ["ALTER TYPE mood RENAME VALUE 'c' TO 'd'"] = "alter type mood what=rename",
  ["ALTER FUNCTION f(int, text) OWNER TO joe"] = "alter function f args=(int%2C%20text) what=owner",
  ["ALTER FUNCTION f(int) RENAME TO g"] = "rename function f args=(int) to=g",
  ["ALTER TRIGGER t ON a RENAME TO u"] = "rename trigger a.t to=u",
  ["ALTER POLICY p ON a USING (false)"] = "alter policy a.p what=using",
  ["ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO joe"] = "",
  ["ALTER ROLE joe PASSWORD 'secret'"] = "alter role joe what=password",
  ["ALTER SEQUENCE s.q RESTART"] = "alter sequence s.q what=restart",
  ["DROP TABLE IF EXISTS a, s.b CASCADE"] = "drop table a if_exists= cascade=\ndrop table s.b if_exists= cascade=",
  ["DROP INDEX CONCURRENTLY i"] = "drop index i",
  ["DROP FUNCTION f(int), g"] = "drop function f args=(int)\ndrop function g",
  ["DROP TRIGGER t ON s.a"] = "drop trigger s.a.t",
  ["DROP OWNED BY joe"] = "",
  ["COMMENT ON COLUMN s.a.b IS 'x'"] = "alter column s.a.b what=comment",
  ["COMMENT ON TABLE a IS NULL"] = "alter table a what=comment",
  ["COMMENT ON CONSTRAINT c ON a IS 'x'"] = "alter constraint a.c what=comment",
  ["GRANT SELECT (a), INSERT ON s.a, b TO joe"] = "alter table s.a what=grant\nalter table b what=grant",
  ["GRANT EXECUTE ON FUNCTION f(int) TO joe"] = "alter function f args=(int) what=grant",
  ["GRANT ALL ON ALL TABLES IN SCHEMA s TO joe"] = "alter schema s what=grant",
  ["REVOKE ALL ON SCHEMA s FROM joe"] = "alter schema s what=revoke",
  ["GRANT admin TO joe"] = "",
  ["SET LOCAL search_path TO bixie, public"] = "path bixie%2C%20public",
  ["SELECT pg_catalog.set_config('search_path', 'bixie', true)"] = "path bixie",
  ["SELECT set_config('search_path', '', false)"] = "path ''",
  ["RESET ALL"] = "path default",
  ["SELECT 1"] = "",
  ["INSERT INTO a VALUES ('CREATE TABLE b (c int)')"] = "",
  ["DO $$ BEGIN DROP TABLE a; END $$"] = "run block -",
  ["CALL s.p(1, 'x')"] = "run function s.p",
  ["SELECT s.make_partitions('a', 3) AS n"] = "run function s.make_partitions",
  ["SELECT * FROM f(1) WHERE a IN (SELECT max(b) FROM c)"] = "run function f",
  ["WITH a AS (SELECT 1) SELECT f() FROM a"] = "run function f",
  ["SELECT count(*), lower(a), pg_catalog.setval('q', 1) FROM b WHERE c IN (1, 2)"] = "",
  ["SELECT a, (SELECT 1) INTO UNLOGGED s.b FROM c"] = "create table s.b",
  ["SELECT 1 INTO TEMP TABLE b"] = "",
  ["CREATE"] = "",
  ["CREATE TABLE"] = "",
  ["ALTER TABLE a ADD"] = "",
  ["DROP TABLE"] = "",
  ["ALTER TABLE a"] = "alter table a what=",
  ["CREATE OPERATOR + (leftarg = int)"] = "",
  ["CREATE USER MAPPING FOR joe SERVER s"] = "",
}

local sqlite = {
  ['CREATE TABLE [a b] (`c` integer, "d" text, UNIQUE (c))'] = "create table a%20b columns=c,d",
  ["CREATE TRIGGER t AFTER INSERT ON a BEGIN DELETE FROM b; END"] = "create trigger a.t",
  ["DROP TRIGGER main.t"] = "drop trigger main.t",
  ["ALTER TABLE A RENAME COLUMN b TO c"] = "rename column A.b to=c",
  ["ALTER TABLE a ADD COLUMN b text"] = "create column a.b",
  ["CREATE VIRTUAL TABLE f USING fts5(a)"] = "create table f",
  ["CREATE TEMP VIEW v AS SELECT 1"] = "",
  ["GRANT SELECT ON a TO b"] = "",
}

local function check(dialect, list)
  local n = 0
  for statement, expected in pairs(list) do
    n = n + 1
    local found = sql.changes(statement, dialect, "7"):gsub("\n$", ""):gsub("%f[^\n\0]7 ", "")
    assert.equal(expected, found, statement)
  end
  assert.is_true(n > 5)
end

describe("what a statement changes", function()
  it("is read on PostgreSQL", function()
    check("postgresql", postgresql)
  end)

  it("is read on SQLite", function()
    check("sqlite", sqlite)
  end)

  it("is read back from its lines", function()
    local lines = sql.changes(
      'CREATE TABLE "a.b"."c d" (id int, "x,y=%" text); ALTER TABLE a RENAME TO "b c";DROP TABLE a',
      "postgresql",
      "3@helpers/a.lua:4"
    )
    assert.same({
      {
        place = "3@helpers/a.lua:4",
        verb = "create",
        kind = "table",
        name = { "a.b", "c d" },
        columns = { "id", "x,y=%" },
      },
      {
        place = "3@helpers/a.lua:4",
        verb = "rename",
        kind = "table",
        name = { "a" },
        to = { "b c" },
      },
      { place = "3@helpers/a.lua:4", verb = "drop", kind = "table", name = { "a" } },
    }, sql.read_changes(lines))
  end)

  it("survives lines of another kind", function()
    assert.same({}, sql.read_changes(""))
    assert.same({}, sql.read_changes("\n\n \nx\n"))
    assert.equal(1, #sql.read_changes("x y z"))
    assert.equal(2, #sql.read_changes("1 drop table a%2\n1 drop table b junk =x y="))
  end)

  it("is read in linear time, whatever the text", function()
    local started = os.clock()
    for _, text in ipairs({
      "CREATE TABLE a (" .. ("("):rep(100000),
      "CREATE TABLE a (" .. ("b int, "):rep(50000),
      "ALTER TABLE a " .. ("ADD b int, "):rep(50000),
      "CREATE TRIGGER " .. ("a "):rep(50000),
      "DROP TABLE " .. ("a.b.c, "):rep(50000),
      "GRANT " .. ("select, "):rep(50000) .. "ON a TO b",
    }) do
      sql.changes(text, "postgresql", "1")
    end
    assert.is_true(os.clock() - started < 5, "took " .. os.clock() - started)
  end)
end)
