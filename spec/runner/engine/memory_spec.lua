-- Every allocation fails once, on the way of an upgrade: no crash, and the database is in a true state.
local support = require("spec.support")

-- With NEAP_SOAK every single one; else all of the first, then a sample of the rest.
local every = os.getenv("NEAP_SOAK") ~= nil

local library = support.root
  .. "/"
  .. (os.getenv("NEAP_BUILD") or "build")
  .. "/spec/out_of_memory.so"

-- The address sanitizer has an allocator of its own, and no room for another.
if (os.getenv("NEAP_BUILD") or ""):find("sanitized") then
  describe("without memory", function()
    it("is for a build without the address sanitizer", function()
      assert.matches("sanitized", os.getenv("NEAP_BUILD"))
    end)
  end)
  return
end

for _, database in ipairs(support.databases) do
  describe("without memory, on " .. database.dialect, function()
    it("an upgrade ends with status 0 or 1, and says so", function()
      local url = database.new()
      local dir = support.project({
        ["neap.lua"] = ("return { url = %q }\n"):format(url),
        ["helpers/h.lua"] = "return { name = 't' }\n",
        ["migrations/a.lua"] = [[
revision = "a1"
function upgrade()
  op.create_table(require("h").name, { op.column("id", "integer"), op.column("b", "text", { index = true }) })
  op.execute("INSERT INTO t VALUES (1, 'x')")
  local i = 0
  op.bulk_insert("t", function()
    i = i + 1
    return i <= 1500 and { id = i, b = ("row "):rep(i % 20) } or nil
  end)
  assert(op.scalar("SELECT count(*) FROM t") == 1501)
end
function downgrade() op.drop_table("t") end
]],
      })
      support.must({ "neap", "ensure-version" }, { cwd = dir })
      local failures = 0
      local n = 1
      while true do
        os.remove(dir .. "/fired")
        local result = support.run({ "neap", "upgrade", "head" }, {
          cwd = dir,
          env = { LD_PRELOAD = library, NEAP_FAIL_AT = n, NEAP_FAIL_LOG = dir .. "/fired" },
        })
        local fired = support.read(dir .. "/fired") ~= nil
        local state = database.query(url, "SELECT count(*) FROM neap_version")
        if not fired then
          assert.equal(0, result.status, result.stderr)
          break
        end
        failures = failures + 1
        assert.is_true(
          result.status == 1
            or result.status == 2
            or result.status == 5
            or (result.status == 0 and state == "1"),
          ("allocation %d: status %d\n%s"):format(n, result.status, result.stderr)
        )
        if result.status ~= 0 then
          assert.not_equal("", result.stderr, ("allocation %d said nothing"):format(n))
        end
        if state == "1" then
          -- Committed, and then the memory ran out: undo it for the next round.
          support.must({ "neap", "downgrade", "base" }, { cwd = dir })
        end
        n = n + ((every or n < 20) and 1 or math.max(7, n // 10))
      end
      assert.is_true(failures > 40)
      print(("out of memory on %s: %d failures"):format(database.dialect, failures))
    end)
  end)
end
