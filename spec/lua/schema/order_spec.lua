local order = require("neap.schema.order")
local schema = require("neap.schema")

local function snapshot(objects)
  local made = schema.new("postgresql", 150000)
  for _, object in ipairs(objects) do
    schema.add(made, object)
  end
  return made
end

local function new_table(name, referents, depends)
  local object = { kind = "table", schema = "s", name = name, constraints = {}, depends = depends }
  for _, referent in ipairs(referents or {}) do
    table.insert(object.constraints, {
      kind = "foreign_key",
      referent_schema = "s",
      referent = referent,
    })
  end
  return object
end

local function names(objects)
  local list = {}
  for i, object in ipairs(objects) do
    list[i] = object.name
  end
  return table.concat(list, " ")
end

describe("the order of objects", function()
  it("is by kind and name when nothing depends on anything", function()
    local made = snapshot({
      { kind = "view", schema = "s", name = "a" },
      new_table("z"),
      new_table("b"),
      { kind = "enum", schema = "s", name = "y" },
      { kind = "schema", name = "s" },
    })
    assert.equal("s y b z a", names(order.objects(made)))
  end)

  it("puts everything after what it depends on", function()
    local made = snapshot({
      { kind = "view", schema = "s", name = "a", depends = { "view s.b" } },
      { kind = "view", schema = "s", name = "b", depends = { "table s.t", "view s.nowhere" } },
      new_table("t", {}, { "function s.f()" }),
      new_table("c"),
      { kind = "function", schema = "s", name = "f", arguments = "()" },
    })
    assert.equal("c f t b a", names(order.objects(made)))
  end)

  it("puts tables after those that they refer to, when asked", function()
    local made = snapshot({ new_table("a", { "b" }), new_table("b", { "c", "b" }), new_table("c") })
    assert.equal("a b c", names(order.objects(made)))
    local list, cut = order.objects(made, { foreign_keys = true })
    assert.equal("c b a", names(list))
    assert.same({}, cut)
  end)

  it("cuts circles of foreign keys, and nothing else", function()
    local made = snapshot({
      new_table("a", { "b" }),
      new_table("b", { "a", "d" }),
      new_table("c", { "a" }),
      new_table("d"),
      -- It inherits: that cannot be cut.
      new_table("e", {}, { "table s.f" }),
      new_table("f", { "e" }),
    })
    local list, cut = order.objects(made, { foreign_keys = true })
    assert.equal("a d b c f e", names(list))
    assert.same({
      ["table s.a"] = { ["table s.b"] = true },
      ["table s.b"] = { ["table s.a"] = true },
      ["table s.f"] = { ["table s.e"] = true },
    }, cut)
  end)

  it("follows chains of any length", function()
    local objects = {}
    for i = 1, 5000 do
      objects[i] = { kind = "view", schema = "s", name = ("v%05d"):format(i) }
      objects[i].depends = { ("view s.v%05d"):format(i + 1) }
    end
    local list = order.objects(snapshot(objects), { foreign_keys = true })
    assert.equal("v05000", list[1].name)
    assert.equal("v00001", list[5000].name)
  end)
end)
