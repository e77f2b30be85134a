--- The order of SQL files by what they create and use.

local load_order, sql

-- { name = text } -> files in name order
local function files_of(texts)
  local files = {}
  for name, text in pairs(texts) do
    files[#files + 1] = { path = name, sql = text, objects = sql.objects(text, "postgresql") }
  end
  table.sort(files, function(a, b)
    return a.path < b.path
  end)
  return files
end

local function order_of(texts)
  local names = {}
  for i, file in ipairs(load_order.all(files_of(texts), "postgresql")) do
    names[i] = file.path
  end
  return table.concat(names, " ")
end

local function sql_function(name, calls)
  return ("CREATE FUNCTION %s() RETURNS int LANGUAGE sql AS 'SELECT %s'"):format(name, calls)
end

local function plpgsql_function(name, declared, body)
  return ("CREATE FUNCTION %s() RETURNS int LANGUAGE plpgsql AS $$ DECLARE x %s; BEGIN %s END $$"):format(
    name,
    declared,
    body
  )
end

describe("the order of files", function()
  setup(function()
    load_order, sql = require("neap.dialect.load_order"), require("neap.sql")
  end)

  it("is that of their names where nothing is needed", function()
    assert.equal(
      "a b c",
      order_of({ c = "CREATE TABLE c (n int)", a = "SELECT 1", b = "CREATE TYPE b AS (n int)" })
    )
  end)

  it("puts what an SQL function calls before it", function()
    assert.equal(
      "b c a",
      order_of({
        a = sql_function("a", "b() + c()"),
        b = sql_function("b", "1"),
        c = sql_function("c", "b()"),
      })
    )
  end)

  it("does not care for what a plpgsql body calls, and heeds the types that it declares", function()
    assert.equal(
      "a c b d",
      order_of({
        a = plpgsql_function("a", "int", "RETURN d();"),
        b = plpgsql_function("b", "c%ROWTYPE", "RETURN a();"),
        c = "CREATE TABLE c (n int)",
        d = plpgsql_function("d", "int", "RETURN a();"),
      })
    )
  end)

  it("gives way to a need where a wish cannot be fulfilled", function()
    assert.equal(
      "a b",
      order_of({
        a = plpgsql_function("a", "b%ROWTYPE", "RETURN 1;"),
        b = "CREATE VIEW b AS SELECT a() AS n",
      })
    )
  end)

  it("gives the first files before it has looked at the last", function()
    local files = files_of({ a = sql_function("a", "1"), b = sql_function("b", "a()") })
    local each, looked, uses = load_order.each(files, "postgresql"), 0, sql.uses
    sql.uses = function(...)
      looked = looked + 1
      return uses(...)
    end
    local first = each()
    local looked_first = looked
    local second = each()
    sql.uses = uses
    assert.same({ "a", 1, "b", 2 }, { first.path, looked_first, second.path, looked })
    assert.is_nil(each())
  end)

  it("names the files that need each other", function()
    local ok, err = pcall(order_of, {
      a = sql_function("a", "1"),
      b = sql_function("b", "c()"),
      c = sql_function("c", "b() + a()"),
    })
    assert.is_false(ok)
    assert.equal(
      'the files need each other: "b" needs function c of "c", "c" needs function b of "b"',
      err.message
    )
  end)

  -- The least of those whose needs and wishes are there; when there is none, of those whose needs are.
  local function expected(names, needs, wishes)
    local done, order = {}, {}
    local function is_there(of)
      for other in pairs(of) do
        if not done[other] then
          return false
        end
      end
      return true
    end
    for _ = 1, #names do
      local ready, able
      for _, name in ipairs(names) do
        if not done[name] and is_there(needs[name]) then
          able = able or name
          ready = ready or is_there(wishes[name]) and name or nil
        end
      end
      done[ready or able] = true
      order[#order + 1] = ready or able
    end
    return table.concat(order, " ")
  end

  it("is the one that looking at all of them each time would find", function()
    math.randomseed(4)
    for _ = 1, 60 do
      local names, rank, needs, wishes, texts = {}, {}, {}, {}, {}
      for i = 1, 12 do
        names[i] = ("f%02d"):format(i)
        rank[names[i]] = math.random()
        needs[names[i]], wishes[names[i]] = {}, {}
      end
      for _, name in ipairs(names) do
        local called, declared = "1", "int"
        for _ = 1, math.random(0, 3) do
          local other = names[math.random(#names)]
          if rank[other] < rank[name] then
            needs[name][other] = true
            called = called .. " + " .. other .. "()"
          end
        end
        local other = names[math.random(#names)]
        if math.random() < 0.3 and other ~= name and called == "1" then
          wishes[name][other] = true
          declared = other .. "_row"
        end
        texts[name] = "CREATE TYPE "
          .. name
          .. "_row AS (n int);"
          .. (
            declared == "int" and sql_function(name, called)
            or plpgsql_function(name, declared, "RETURN 1;")
          )
      end
      assert.equal(expected(names, needs, wishes), order_of(texts))
    end
  end)
end)
