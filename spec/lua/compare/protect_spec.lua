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
end)
