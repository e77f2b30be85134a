local sql = require("neap.sql")
local support = require("spec.support")

--- Names and texts that need care, one row each.
local nasty = {
  "a",
  "A",
  "aB",
  "a b",
  "a.b",
  'a"b',
  '"',
  "a'b",
  "'",
  "1a",
  "a1",
  "_",
  "_a",
  "$a",
  "a$",
  "é",
  "ÄB",
  "a\\b",
  "\\",
  "\\'",
  "'\\",
  "a\nb",
  "a;b",
  "--",
  "/*",
  "$$",
  "user",
  "USER",
  "select",
  "table",
  "key",
  "json",
  "end",
  "name",
  "value",
  "true",
  "null",
  "[a]",
  "`a`",
  "C:\\new\\table",
  "it''s",
  "%",
  ":a",
  "?",
  "\x7f",
  "\u{2028}",
  "a\tb",
  "rowid",
}

describe("quote_name", function()
  it("quotes only when needed", function()
    for name, expected in pairs({
      account = { "account", "account" },
      a_1 = { "a_1", "a_1" },
      Account = { '"Account"', "Account" },
      ["a b"] = { '"a b"', '"a b"' },
      ['a"b'] = { '"a""b"', '"a""b"' },
      ["1a"] = { '"1a"', '"1a"' },
      [""] = { '""', '""' },
      user = { '"user"', "user" },
      key = { "key", '"key"' },
      order = { '"order"', '"order"' },
      ORDER = { '"ORDER"', '"ORDER"' },
      name = { "name", "name" },
      ["a$"] = { '"a$"', '"a$"' },
      ["é"] = { '"é"', '"é"' },
      ["a.b"] = { '"a.b"', '"a.b"' },
      json_table = { '"json_table"', "json_table" },
    }) do
      assert.equal(expected[1], sql.quote_name(name, "postgresql"))
      assert.equal(expected[2], sql.quote_name(name, "sqlite"))
    end
  end)

  it("raises for a NUL byte and for an unknown dialect", function()
    assert.error_matches(function()
      sql.quote_name("a\0b", "postgresql")
    end, "a name cannot hold a NUL byte")
    assert.error_matches(function()
      sql.quote_name("a", "mysql")
    end, "invalid option 'mysql'")
  end)

  it("quotes what PostgreSQL's quote_ident quotes", function()
    local url = support.postgres()
    local words =
      support.psql(url, "SELECT word || ' ' || quote_ident(word) FROM pg_get_keywords()")
    local count = 0
    for word, quoted in words:gmatch("(%S+) (%S+)") do
      -- Words that are reserved in a later version are quoted in all of them.
      if quoted ~= word then
        assert.equal(quoted, sql.quote_name(word, "postgresql"))
        assert.is_true(sql.is_reserved(word:upper(), "postgresql"))
        count = count + 1
      end
    end
    assert.is_true(count > 100)
    assert.is_false(sql.is_reserved("name", "postgresql"))
    for _, name in ipairs(nasty) do
      if not sql.is_reserved(name, "postgresql") then
        assert.equal(
          support.psql(url, "SELECT quote_ident(" .. sql.quote_string(name, "postgresql") .. ")"),
          sql.quote_name(name, "postgresql")
        )
      end
    end
  end)

  it("gives names that mean themselves on SQLite", function()
    local script, expected = {}, {}
    for _, name in ipairs(nasty) do
      if name ~= "A" then -- SQLite's names differ in more than case
        table.insert(
          script,
          ("CREATE TABLE %s (%s);"):format(
            sql.quote_name(name .. "_t", "sqlite"),
            sql.quote_name(name, "sqlite")
          )
        )
        table.insert(
          script,
          ("INSERT INTO %s (%s) VALUES (7);"):format(
            sql.quote_name(name .. "_t", "sqlite"),
            sql.quote_name(name, "sqlite")
          )
        )
        table.insert(
          script,
          ("SELECT %s FROM %s;"):format(
            sql.quote_name(name, "sqlite"),
            sql.quote_name(name .. "_t", "sqlite")
          )
        )
        table.insert(expected, "7")
      end
    end
    script = table.concat(script, "\n"):gsub('"USER_t"', '"USER_t2"'):gsub("USER_t", "USER_t2")
    assert.equal(table.concat(expected, "\n"), support.sqlite(":memory:", script))
  end)
end)

describe("quote_string", function()
  it("doubles quotes, and escapes backslashes on PostgreSQL", function()
    assert.equal("'it''s'", sql.quote_string("it's", "postgresql"))
    assert.equal([[E'a\\''b']], sql.quote_string([[a\'b]], "postgresql"))
    assert.equal([['a\''b']], sql.quote_string([[a\'b]], "sqlite"))
    assert.equal("''", sql.quote_string("", "postgresql"))
    assert.error_matches(function()
      sql.quote_string("a\0b", "sqlite")
    end, "a text cannot hold a NUL byte")
  end)

  it("means the same whatever standard_conforming_strings is", function()
    local url = support.postgres()
    local script, expected = {}, {}
    for _, setting in ipairs({ "on", "off" }) do
      table.insert(
        script,
        "SET standard_conforming_strings = " .. setting .. "; SET escape_string_warning = off;"
      )
      for _, text in ipairs(nasty) do
        table.insert(
          script,
          ("SELECT convert_to(%s, 'UTF8');"):format(sql.quote_string(text, "postgresql"))
        )
        table.insert(expected, "\\x" .. text:gsub(".", function(c)
          return ("%02x"):format(c:byte())
        end))
      end
    end
    assert.equal(table.concat(expected, "\n"), support.psql(url, table.concat(script, "\n")))
  end)

  it("means the same on SQLite", function()
    local script, expected = {}, {}
    for _, text in ipairs(nasty) do
      table.insert(script, ("SELECT hex(%s);"):format(sql.quote_string(text, "sqlite")))
      table.insert(expected, (text:gsub(".", function(c)
        return ("%02X"):format(c:byte())
      end)))
    end
    assert.equal(
      table.concat(expected, "\n"),
      support.sqlite(":memory:", table.concat(script, "\n"))
    )
  end)
end)

describe("quote_bytes", function()
  local all = {}
  for byte = 0, 255 do
    table.insert(all, string.char(byte))
  end
  all = table.concat(all)

  it("takes every byte", function()
    assert.equal([[E'\\x00ff5c']], sql.quote_bytes("\0\xFF\\", "postgresql"))
    assert.equal("x'00ff5c'", sql.quote_bytes("\0\xFF\\", "sqlite"))
    local hex = all
      :gsub(".", function(c)
        return ("%02X"):format(c:byte())
      end)
      :gsub("^$", "")
    assert.equal(
      hex,
      support.sqlite(":memory:", "SELECT hex(" .. sql.quote_bytes(all, "sqlite") .. ");")
    )
    local url = support.postgres()
    for _, setting in ipairs({ "on", "off" }) do
      assert.equal(
        "\\x" .. hex:lower(),
        support.psql(
          url,
          ("SET standard_conforming_strings = %s; SELECT %s::bytea"):format(
            setting,
            sql.quote_bytes(all, "postgresql")
          )
        )
      )
    end
  end)
end)

describe("utf8_valid", function()
  it("gives the first bad byte", function()
    assert.same({ true }, { sql.utf8_valid("aé\u{1F600}") })
    assert.same({ true }, { sql.utf8_valid("") })
    assert.same({ false, 3 }, { sql.utf8_valid("ab\xE9c") })
    assert.same({ false, 1 }, { sql.utf8_valid("\xC0\x80") })
    assert.same({ false, 2 }, { sql.utf8_valid("a\xED\xA0\x80") })
  end)
end)
