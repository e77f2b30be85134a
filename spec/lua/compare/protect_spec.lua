--- What becomes of operations for a database that others use meanwhile.

local protect = require("neap.compare.protect")
local words = require("neap.compare.words")

local function protected(version, ...)
  local list = {}
  for i, operation in ipairs(protect.operations({ ... }, version)) do
    list[i] = words.sentence(operation, {})
  end
  return list
end

local NOT_NULL = { kind = "alter_column", table = "item", column = "price", nullable = false }

describe("protected operations", function()
  it("prove NOT NULL by a check before PostgreSQL 18", function()
    local expected = {
      "add check item_price_not_null on item (price IS NOT NULL)",
      "commit",
      "validate constraint item_price_not_null of item",
      "change column item.price: not null",
      "drop constraint item_price_not_null of item",
    }
    assert.same(expected, protected(170006, NOT_NULL))
    assert.same(expected, protected(nil, NOT_NULL))
  end)

  it("prove NOT NULL by itself since PostgreSQL 18", function()
    assert.same({
      "add not null item_price_not_null on item (price)",
      "commit",
      "validate constraint item_price_not_null of item",
    }, protected(180000, NOT_NULL))
    local more = { type = "bigint" }
    for name, value in pairs(NOT_NULL) do
      more[name] = value
    end
    assert.equal("change column item.price: type bigint", protected(180000, more)[4])
  end)

  it("have less for a table with partitions", function()
    local snapshot = require("neap.schema").new("postgresql", 150000)
    snapshot.objects["table public.event"] = {
      schema = "public",
      name = "event",
      partition_by = { method = "range", columns = { "day" } },
      indexes = { { name = "ix_old" } },
    }
    local function at(version, fields)
      fields.schema, fields.table = "public", fields.kind ~= "drop_index" and "event" or nil
      local list = protect.operations({ fields }, version, snapshot)
      return list[1].concurrently or list[1].not_valid or false, #list, list[1].note
    end
    local NOTE =
      "locks event and its partitions meanwhile: there is no other way for a table with partitions"
    local index = { kind = "create_index", name = "ix", columns = { "day" } }
    assert.same({ false, 1, NOTE }, { at(150000, index) })
    assert.same({ false, 1 }, { at(150000, { kind = "drop_index", name = "ix_old" }) })
    assert.same({ true, 1 }, { at(150000, { kind = "drop_index", name = "ix_other" }) })
    local unique = { kind = "create_unique_constraint", name = "uq", columns = { "day" } }
    assert.same({ false, 1, NOTE }, { at(150000, unique) })
    local foreign = { kind = "create_foreign_key", name = "fk", columns = { "day" } }
    assert.same({ false, 1, NOTE }, { at(150000, foreign) })
    assert.same({ true, 3 }, { at(180000, foreign) })
  end)

  it("prove a NOT NULL of its own later, and never what is not enforced", function()
    local not_null = {
      kind = "create_not_null_constraint",
      table = "item",
      name = "price_is_known",
      columns = { "price" },
    }
    assert.same({
      "add not null price_is_known on item (price)",
      "commit",
      "validate constraint price_is_known of item",
    }, protected(180000, not_null))
    local unenforced = {
      kind = "create_check_constraint",
      table = "item",
      name = "ck",
      expression = "price > 0",
      enforced = false,
    }
    assert.same({ "add check ck on item (price > 0)" }, protected(180000, unenforced))
  end)

  local function notes(snapshot, operation)
    local list = {}
    for _, step in ipairs(protect.operations({ operation }, 150000, snapshot)) do
      list[#list + 1] = step.kind .. (step.note and ": " .. step.note or "")
    end
    return list
  end

  local function add(fields)
    fields.name = "token"
    return notes(nil, { kind = "add_column", schema = "public", table = "item", column = fields })
  end

  it("tell which new columns write the table anew", function()
    local LOCKS = { "add_column: locks item while it is written anew" }
    assert.same(LOCKS, add({ type = "uuid", server_default = { sql = "gen_random_uuid()" } }))
    assert.same(LOCKS, add({ type = "integer", identity = true }))
    assert.same(LOCKS, add({ type = "integer", autoincrement = true }))
    assert.same(LOCKS, add({ type = "integer", generated = { "a + 1", stored = true } }))
    assert.same({
      "add_column: locks item while it is written anew, if the default is another one for each row",
    }, add({ type = "text", server_default = { sql = "app.new_token('random()')" } }))
    for _, sql in ipairs({
      "now()",
      "'random()'::text",
      "'x'::character varying(10)",
      "(CURRENT_TIMESTAMP + '01:00:00'::interval)",
      "ARRAY[1, (2 + 3)]",
      "CASE WHEN (1 = 1) THEN 1 ELSE (2) END",
    }) do
      assert.same({ "add_column" }, add({ type = "text", server_default = { sql = sql } }), sql)
    end
    assert.same({ "add_column" }, add({ type = "text" }))
  end)

  local function retype(from, to, using)
    local snapshot = require("neap.schema").new("postgresql", 150000)
    snapshot.objects["table public.item"] = {
      kind = "table",
      schema = "public",
      name = "item",
      columns = { { name = "a", type = from } },
      indexes = {},
    }
    local operation = {
      kind = "alter_column",
      schema = "public",
      table = "item",
      column = "a",
      type = to,
      using = using,
    }
    return notes(snapshot, operation)[1] == "alter_column: locks item while it is written anew"
  end

  it("tell which types write the table anew", function()
    for _, pair in ipairs({
      { "integer", "bigint" },
      { "character varying(20)", "character varying(10)" },
      { "text", "character varying(10)" },
      { "numeric(10,2)", "numeric(12,3)" },
      { "character(3)", "character(4)" },
      { "text[]", "character varying[]" },
      { "timestamp without time zone", "timestamp with time zone" },
    }) do
      assert.is_true(retype(pair[1], pair[2]), table.concat(pair, " to "))
    end
    for _, pair in ipairs({
      { "character varying(10)", "character varying(20)" },
      { "character varying(10)", "text" },
      { "text", "character varying" },
      { "numeric(10,2)", "numeric(12,2)" },
      { "numeric(10,2)", "numeric" },
      { "timestamp(3) without time zone", "timestamp without time zone" },
      { "cidr", "inet" },
    }) do
      assert.is_false(retype(pair[1], pair[2]), table.concat(pair, " to "))
    end
    assert.is_true(retype("text", "text", "lower(a)"))
  end)

  it("tell which keys lock while their index is built", function()
    for _, kind in ipairs({ "create_exclude_constraint", "create_primary_key" }) do
      assert.same(
        { kind .. ": locks item while its index is built" },
        notes(nil, {
          kind = kind,
          schema = "public",
          table = "item",
          name = "key",
          columns = { "a" },
        })
      )
    end
    local made = { kind = "create_table", schema = "public", table = "item" }
    local key = { kind = "create_primary_key", schema = "public", table = "item", name = "key" }
    assert.is_nil(protect.operations({ made, key }, 150000)[2].note)
  end)

  it("say that rows make it fail where they first do", function()
    local operation = {
      kind = "alter_column",
      schema = "public",
      table = "item",
      column = "a",
      nullable = false,
      note = "rows that hold NULL",
    }
    assert.same({
      "create_check_constraint",
      "commit",
      "validate_constraint: rows that hold NULL",
      "alter_column",
      "drop_constraint",
    }, notes(nil, operation))
  end)
end)
