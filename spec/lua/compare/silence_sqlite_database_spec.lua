--- As silence_database_spec.lua, on SQLite: after the way back `check` has nothing to say against the old model, and the
--- rows are still there.

local shop = require("spec.lua.compare.shop_sqlite")
local support = require("spec.support")

local only = os.getenv("NEAP_CHANGE")

describe("single changes of a model on SQLite", function()
  local dir

  local function must(...)
    local ran = support.run({ "neap", ... }, { cwd = dir })
    assert.equal(0, ran.status, table.concat({ ... }, " ") .. "\n" .. ran.stdout .. ran.stderr)
    return ran
  end

  setup(function()
    dir = support.project({ ["schema.lua"] = shop.model })
    must("revision", "-m", "base", "--autogenerate", "--rev-id", "b0")
    must("upgrade", "head")
    must("check")
    support.sqlite(
      dir .. "/test.db",
      "INSERT INTO account (id, email, age) VALUES (7, 'a@b', 20);"
        .. "INSERT INTO product VALUES ('p', 1, 2); INSERT INTO orders VALUES (1, 7, 'p', 1, '2026-01-01');"
    )
    support.must({ "cp", dir .. "/test.db", dir .. "/kept.db" })
  end)

  local count = 0
  for _, change in ipairs(shop.changes) do
    if not only or change.title:find(only, 1, true) then
      it("sees " .. change.title, function()
        support.must({ "cp", dir .. "/kept.db", dir .. "/test.db" })
        support.write(dir .. "/schema.lua", shop.changed(change))
        local written = must("revision", "-m", "change", "--autogenerate", "--rev-id", "c1")
        local path = written.stdout:match("(migrations/%S+)")
        assert.is_truthy(path, "nothing was seen: " .. written.stderr)
        local text = support.read(dir .. "/" .. path)
        local ok, err = pcall(function()
          must("upgrade", "head")
          must("check")
          must("downgrade", "-1")
          support.write(dir .. "/schema.lua", shop.model)
          must("check")
          local rows = support.sqlite(
            dir .. "/test.db",
            "SELECT a.email, o.code FROM account a JOIN orders o ON o.account_id = a.id;"
          )
          assert.equal("a@b|p", rows)
        end)
        os.remove(dir .. "/" .. path)
        assert.is_true(ok, tostring(err) .. "\n" .. text)
        count = count + 1
      end)
    end
  end

  it("has seen all of them", function()
    assert.is_true(only ~= nil or count >= 30, count .. " changes")
  end)
end)
