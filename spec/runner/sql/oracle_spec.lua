--- The lexer against psql and SQLite: what they take for one statement is one for us.
local sql = require("neap.sql")
local support = require("spec.support")
local texts = require("spec.runner.sql.texts")

local function named(sentence)
  return ("%s (NEAP_SEED=%d)"):format(sentence, texts.seed)
end

--- The statements of a text, but an unclosed comment alone, which is none.
local function split(text, dialect)
  local list = {}
  for _, statement in ipairs(sql.statements(text, dialect)) do
    if not (statement.kind == "unclosed" and statement.sql:sub(1, 2) == "/*") then
      -- An unclosed one goes to the end of the text; psql leaves empty lines out.
      table.insert(list, (statement.sql:gsub("%s+$", ""):gsub("\n\n+", "\n")))
    end
  end
  return list
end

--- Pieces as the oracle cut them -> statements: each must be one statement for us, or nothing.
local function statements_of(pieces, dialect)
  local list = {}
  for _, piece in ipairs(pieces) do
    local inside = split(piece, dialect)
    for _, statement in ipairs(inside) do
      table.insert(list, #inside == 1 and statement or { "not one statement: " .. piece })
    end
  end
  return list
end

local function write_cases(list)
  local dir = support.tempdir()
  local paths = {}
  for index, text in ipairs(list) do
    table.insert(paths, support.write(("%s/%d.sql"):format(dir, index), text))
  end
  return paths, dir
end

--- What psql sends for each file, in one run: with -e it prints each query, and \timing prints a
--- line after it; results go elsewhere. Nil for a file in which it found a command of its own.
local function ask_psql(url, paths, dir)
  local script = { "\\o /dev/null", "\\timing on", "SET statement_timeout = '5s';" }
  for _, path in ipairs(paths) do
    -- A transaction that failed keeps what follows from doing anything.
    table.insert(
      script,
      "ROLLBACK; BEGIN; SELECT 1/0;\n\\echo @@begin\n\\i " .. path .. "\n\\echo @@end\n\\warn @@end"
    )
  end
  local answer = support.run({
    "psql",
    "-X",
    "-q",
    "-e",
    "-d",
    url,
    "-f",
    support.write(dir .. "/all", table.concat(script, "\n")),
  })
  local commands = {}
  for part in (answer.stderr):gmatch("(.-)@@end\n") do
    table.insert(commands, part:find("invalid command") ~= nil)
  end
  assert.equal(#paths, #commands)
  local result = {}
  for part in answer.stdout:gmatch("@@begin\n(.-)@@end\n") do
    local pieces = {}
    for piece in part:gmatch("(.-)\nTime: [^\n]*\n") do
      table.insert(pieces, piece)
    end
    table.insert(result, commands[#result + 1] and "commands" or pieces)
  end
  assert.equal(#paths, #result)
  return result
end

local function compare_with_psql(list)
  local url = support.postgres()
  local paths, dir = write_cases(list)
  local compared = 0
  for index, pieces in ipairs(ask_psql(url, paths, dir)) do
    if pieces ~= "commands" then
      assert.same(
        statements_of(pieces, "postgresql"),
        split(list[index], "postgresql"),
        list[index]
      )
      compared = compared + 1
    end
  end
  return compared
end

local function compare_with_sqlite(list)
  local paths, dir = write_cases(list)
  support.must({ "cc", "-o", dir .. "/complete", "spec/runner/sql/complete.c", "-lsqlite3" })
  local output = support.must({ dir .. "/complete" }, { stdin = table.concat(paths, "\n") .. "\n" })
  local index = 0
  for line in output:gmatch("([^\n]*)\n") do
    index = index + 1
    local text, pieces, from = list[index], {}, 1
    for offset in line:gmatch("%d+") do
      table.insert(pieces, text:sub(from, tonumber(offset)))
      from = tonumber(offset) + 1
    end
    table.insert(pieces, text:sub(from))
    assert.same(statements_of(pieces, "sqlite"), split(text, "sqlite"), text)
  end
  assert.equal(#list, index)
end

-- psql counts every BEGIN, CASE and END, also the names t.end and AS end.
local psql_differs = { ["begin_atomic_words.postgresql.sql"] = true }

--- The inputs of the golden cases, without those that hold COPY data or commands of psql.
local function golden(dialect)
  local list = {}
  for path in
    support
      .must({ "find", "spec/golden/lexer", "-name", "*." .. dialect .. ".sql" })
      :gmatch("[^\n]+")
  do
    local text = support.read(path):match("^(.-)\n==== ")
    if
      not (
        psql_differs[path:match("[^/]+$")]
        or text:find("stdin")
        or text:find("\\", 1, true)
        or text:find("\xEF\xBB\xBF", 1, true)
      )
    then
      table.insert(list, text)
    end
  end
  assert.is_true(#list >= 5, "no golden cases found")
  return list
end

describe("the lexer and psql", function()
  it(named("agree on random texts"), function()
    assert.is_true(compare_with_psql(texts.random("postgresql", 500)) > 250)
  end)

  it("agree on the golden cases", function()
    local list = golden("postgresql")
    assert.equal(#list, compare_with_psql(list))
  end)

  it("agree on COPY data", function()
    local url = support.postgres()
    local script = [[
CREATE TABLE a (t text); CREATE TABLE b (t text);
-- one; two
COPY a FROM stdin; COPY b FROM stdin; INSERT INTO a VALUES ('after');
it's
$$
;-- /*
\.
"two"
\.
COPY /* FROM */ b (t) FROM STDIN WITH (FORMAT csv, DELIMITER ';'); -- done
]] .. "<b>x</b>\r\n'\r\n\\.\r\nCOPY a FROM stdin;\n\\\\.\nlast\n"
    support.psql(url, script)
    local found = { a = {}, b = {} }
    for _, statement in ipairs(sql.statements(script, "postgresql")) do
      for line in (statement.copy_data or ""):gmatch("([^\r\n]*)\r?\n") do
        table.insert(found[statement.sql:match("%f[%a][ab]%f[%A]")], (line:gsub("\\\\", "\\")))
      end
    end
    assert.equal(table.concat(found.b, "\n"), support.psql(url, "SELECT t FROM b"))
    assert.equal(
      table.concat(found.a, "\n"),
      support.psql(url, "SELECT t FROM a WHERE t <> 'after'")
    )
    assert.same({ 5, 3 }, { #found.a, #found.b })
  end)
end)

describe("the lexer and SQLite", function()
  it(named("agree on random texts"), function()
    compare_with_sqlite(texts.random("sqlite", 1000))
  end)

  it("agree on the golden cases", function()
    compare_with_sqlite(golden("sqlite"))
  end)
end)

describe("the lexer", function()
  --- What holds for all texts: spans lie in the text in order, begin and end with a token, and
  --- joined again they are split in the same way.
  local function check(text, dialect)
    local last, again = 0, {}
    for _, statement in ipairs(sql.statements(text, dialect)) do
      assert.is_true(statement.start > last and statement.stop >= statement.start, text)
      assert.is_true(statement.stop <= #text, text)
      assert.equal(statement.sql, text:sub(statement.start, statement.stop))
      assert.is_nil(statement.sql:find("^[ \t\r\n]"), text)
      if statement.kind == "statement" then
        assert.is_nil(statement.sql:find("[ \t\r\n]$"), text)
        local alone = sql.statements(statement.sql .. ";", dialect)
        if alone[1].sql ~= statement.sql .. ";" then -- else it is open, and the last one
          assert.equal(1, #alone, text)
          assert.equal(statement.sql, alone[1].sql)
          table.insert(again, statement.sql)
        end
      end
      last = statement.stop
    end
    local joined = sql.statements(table.concat(again, ";\n") .. ";", dialect)
    for index, statement in ipairs(joined) do
      assert.equal(again[index], statement.sql, text)
    end
    assert.equal(#again, #joined, text)
  end

  it(named("gives spans that can be joined again"), function()
    for _, dialect in ipairs({ "postgresql", "sqlite" }) do
      for _, text in ipairs(texts.random(dialect, 1000)) do
        check(text, dialect)
      end
      for _, text in ipairs(texts.bytes(1000)) do
        check(text, dialect)
        sql.parameters(text, dialect)
        sql.placeholders(text, dialect)
        sql.transaction_word(text, dialect)
        sql.needs_autocommit(text, dialect)
        sql.is_copy_out(text)
        sql.concurrent_index(text)
      end
    end
  end)
end)
