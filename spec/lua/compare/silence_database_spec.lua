--- Every single change of the model is seen, written, applied; then check is clean, and undone the catalog is the old one.

local catalog = require("spec.support.catalog")
local shop = require("spec.lua.compare.shop")
local support = require("spec.support")

local only = os.getenv("NEAP_CHANGE") -- a part of a title
-- Every third one, beginning with the seed's; NEAP_CHANGES=all takes them all, as `make test-long` does.
local all = os.getenv("NEAP_CHANGES") == "all"
local seed = tonumber(os.getenv("NEAP_SEED")) or os.time() % 3

local function has_turn(place)
  return all or only ~= nil or (place + seed) % 3 == 0
end

describe("single changes of a model on PostgreSQL", function()
  local dir, url, before, template

  local function name_of(database)
    return database:match("^postgres%a*://[^/]*/([^?]*)")
  end

  local function sorted(text, more)
    local lines = { table.unpack(more or {}) }
    for line in text:gmatch("[^\n]+") do
      lines[#lines + 1] = line:gsub(",$", "")
    end
    table.sort(lines)
    return table.concat(lines, "\n")
  end

  -- Makes one database what the other is.
  local function copy(to, from)
    support.psql(
      support.server(),
      ("DROP DATABASE %s WITH (FORCE);\nCREATE DATABASE %s TEMPLATE %s;"):format(
        name_of(to),
        name_of(to),
        name_of(from)
      )
    )
  end

  local function neap(...)
    return support.run({ "neap", ... }, { cwd = dir })
  end

  local function must(...)
    local ran = neap(...)
    assert.equal(0, ran.status, table.concat({ ... }, " ") .. "\n" .. ran.stdout .. ran.stderr)
    return ran
  end

  setup(function()
    url = support.postgres()
    support.psql(url, shop.roles)
    dir = support.project({
      ["neap.lua"] = ('return { url = "%s", settings = { client_min_messages = "warning" } }'):format(
        url
      ),
      ["schema.lua"] = shop.model,
    })
    must("revision", "-m", "base", "--autogenerate", "--rev-id", "b0")
    must("upgrade", "head")
    must("check")
    before = catalog.schema(url)
    template = support.postgres()
    copy(template, url)
  end)

  local version = tonumber(support.psql(support.server(), "SHOW server_version_num"))
  local count, known_count = 0, 0
  for place, change in ipairs(shop.changes) do
    local known = version >= (shop.least[change.title] or 0)
    known_count = known_count + (known and 1 or 0)
    if known and has_turn(place) and (not only or change.title:find(only, 1, true)) then
      it("sees " .. change.title, function()
        support.write(dir .. "/schema.lua", shop.changed(change))
        local written = must("revision", "-m", "change", "--autogenerate", "--rev-id", "c1")
        local path = written.stdout:match("(migrations/%S+)")
        assert.is_truthy(path, "nothing was seen: " .. written.stderr)
        local text = support.read(dir .. "/" .. path)
        local ok, err = pcall(function()
          must("upgrade", "head")
          must("check")
          must("downgrade", "-1")
          if change.left then
            support.write(dir .. "/schema.lua", shop.model)
            must("check")
          end
        end)
        local after = catalog.schema(url)
        os.remove(dir .. "/" .. path)
        if not ok or sorted(after) ~= sorted(before) then
          copy(url, template) -- the next change begins where this one should have ended
        end
        assert.is_true(ok, tostring(err) .. "\n" .. text)
        -- A column that went and came again stands at the end.
        assert.equal("", catalog.difference(sorted(before, change.left), sorted(after)), text)
        count = count + 1
      end)
    end
  end

  it(("knows more than 150 (NEAP_SEED=%d)"):format(seed), function()
    print(
      ("single changes on PostgreSQL: %d of %d seen, written, applied and undone"):format(
        count,
        known_count
      )
    )
    assert.is_true(known_count >= 150, known_count .. " changes")
    assert.is_true(only ~= nil or count >= known_count // 3, count .. " changes")
  end)
end)
