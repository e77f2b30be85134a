--- Differences in words, and as programs read them.

local words = require("neap.compare.words")

local state = { default_schema = "public" }

local function sentence(operation)
  return words.sentence(operation, state)
end

describe("the words of a difference", function()
  it("name the values of an enum", function()
    assert.equal(
      'rename value "meh" of enum app.mood to "so so"',
      sentence({
        kind = "rename_enum_value",
        schema = "app",
        name = "mood",
        value = "meh",
        new_value = "so so",
      })
    )
  end)

  it("name the index that a constraint takes", function()
    assert.equal(
      "add unique constraint k on customer (index k)",
      sentence({
        kind = "create_unique_constraint",
        table = "customer",
        name = "k",
        using_index = "k",
      })
    )
  end)

  it("name the columns of a privilege", function()
    assert.equal(
      "grant select (id, mail) on table account to reader",
      sentence({
        kind = "grant",
        privileges = { "select" },
        columns = { "id", "mail" },
        object_kind = "table",
        objects = { { schema = "public", name = "account" } },
        roles = { "reader" },
      })
    )
  end)

  it("leave out the schema of functions and triggers where they leave out a table's", function()
    local sql = "CREATE OR REPLACE FUNCTION public.total(integer)\n RETURNS integer"
    assert.equal("create function total", sentence({ kind = "create_function", sql = sql }))
    assert.equal(
      'create procedure odd."name"',
      sentence({ kind = "create_function", sql = 'CREATE PROCEDURE odd."""name"""(x text)' })
    )
    local trigger = "CREATE TRIGGER audit AFTER INSERT OR UPDATE OF a ON %s FOR EACH ROW"
    assert.equal(
      "create trigger audit on account",
      sentence({ kind = "create_trigger", sql = trigger:format("public.account") })
    )
    assert.equal(
      "create trigger audit on app.account",
      sentence({ kind = "create_trigger", sql = trigger:format("app.account") })
    )
  end)

  it("keep a statement as long as a line, and cut no character", function()
    local sql =
      'ALTER TABLE "public"."a_long_name_of_a_table" ALTER COLUMN "content" SET STORAGE EXTERNAL'
    assert.equal(sql, sentence({ kind = "execute", sql = sql }))
    local long = sentence({ kind = "execute", sql = ("ä"):rep(200) })
    assert.equal(("ä"):rep(78) .. "...", long)
  end)

  it("come with the object, for programs", function()
    local function object(operation)
      local found = words.differences({ operation }, state)[1]
      return found.object, found.schema, found.name, found.table
    end
    local function parts(...)
      return { ... }
    end
    local function is(expected, operation)
      assert.same(expected, parts(object(operation)), operation.kind)
    end
    is({ "table", "public", "account" }, { kind = "create_table", table = "account" })
    is(
      { "table", "app", "account" },
      { kind = "enable_row_security", schema = "app", table = "account" }
    )
    is(
      { "column", "public", "mail", "account" },
      { kind = "add_column", table = "account", column = { name = "mail", type = "text" } }
    )
    is(
      { "column", "public", "mail", "account" },
      { kind = "alter_column", table = "account", column = "mail", type = "text" }
    )
    is(
      { "constraint", "public", "k", "account" },
      { kind = "create_unique_constraint", table = "account", name = "k", columns = { "a" } }
    )
    is(
      { "constraint", "public", "k", "account" },
      { kind = "drop_constraint", table = "account", name = "k" }
    )
    is(
      { "index", "public", "ix", "account" },
      { kind = "create_index", table = "account", name = "ix", columns = { "a" } }
    )
    is(
      { "materialized view", "app", "sums" },
      { kind = "drop_materialized_view", schema = "app", name = "sums" }
    )
    is({ "type", "public", "mood" }, { kind = "create_enum", name = "mood", values = {} })
    is({ "type", "public", "mood" }, { kind = "add_enum_value", name = "mood", value = "ok" })
    is(
      { "procedure", "app", "f" },
      { kind = "drop_function", routine = "procedure", schema = "app", name = "f" }
    )
    is(
      { "function", "app", "f" },
      { kind = "create_function", sql = "CREATE OR REPLACE FUNCTION app.f()\n RETURNS int" }
    )
    is(
      { "trigger", "app", "audit", "account" },
      { kind = "create_trigger", sql = "CREATE TRIGGER audit BEFORE DELETE ON app.account" }
    )
    is(
      { "trigger", "public", "audit", "account" },
      { kind = "create_trigger", sql = "create trigger audit before delete\non account begin" }
    )
    is(
      { "table", "app", "Odd name" },
      { kind = "execute", sql = 'ALTER TABLE ONLY app."Odd name" ALTER COLUMN a SET STORAGE MAIN' }
    )
    is({ "rule", "app", "r", "t" }, { kind = "execute", sql = "DROP RULE r ON app.t" })
    is({ "extension", nil, "citext" }, { kind = "create_extension", name = "citext" })
    is({ "view", "app", "v" }, {
      kind = "set_owner",
      object_kind = "view",
      object = { schema = "app", name = "v" },
      role = "x",
    })
    is({}, { kind = "execute", sql = "SELECT 1" })
  end)
end)
