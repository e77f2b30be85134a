--- The sqlite3 shell takes the CR of a CR LF away, also within names and strings: a script says it twice there.

local support = require("spec.support")

describe("the script for the sqlite3 shell", function()
  it("keeps CR LF in names, defaults, checks and values", function()
    local dir = support.project({
      ["migrations/a.lua"] = [[
revision = "a"
function upgrade()
  op.create_table("a\r\nb", {
    op.column("c\r\n\r\nd", "text", { server_default = "e\r\nf\r\rg" }),
    op.column("n", "integer", { check = "n <> 1 OR 'h\r\ni' = 'j'" }),
  })
  op.execute("INSERT INTO \"a\r\nb\" (n) VALUES (2)\r\n;\r\nCREATE VIEW v AS SELECT 'k\r\nl' AS m -- 'it\r\n")
  op.bulk_insert("a\r\nb", { { n = 3, ["c\r\n\r\nd"] = "\r\n" } })
end
]],
    })
    local script = support.must({
      "neap",
      "-C",
      dir,
      "--dialect",
      "sqlite",
      "upgrade",
      "base:head",
      "--sql",
    })
    support.must({ "neap", "-C", dir, "-u", "sqlite:run.db", "upgrade", "head" })
    support.sqlite(dir .. "/script.db", script)
    local function all(file)
      return support.sqlite(
        dir .. "/" .. file,
        [[SELECT quote(sql) FROM sqlite_schema WHERE name NOT LIKE '%neap%' ORDER BY 1;
          SELECT hex("c]]
          .. "\r\r\n\r\r\n"
          .. [[d"), n FROM "a]]
          .. "\r\r\n"
          .. [[b"; SELECT hex(m) FROM v;]]
      )
    end
    local text = all("run.db")
    assert.matches("650D0A660D0D67|2\n0D0A|3\n6B0D0A6C$", text)
    assert.equal(text, all("script.db"))
  end)
end)
