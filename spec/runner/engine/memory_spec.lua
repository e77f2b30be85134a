-- Every allocation fails once, on the way of an upgrade and of a check: no crash, and the database is in a true state.
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

-- Runs neap with each allocation failing in turn, until none does; gives how many have failed.
local function each_failure(dir, arguments, judge)
  local failures, n = 0, 1
  while true do
    os.remove(dir .. "/fired")
    local result = support.run({ "neap", table.unpack(arguments) }, {
      cwd = dir,
      env = { LD_PRELOAD = library, NEAP_FAIL_AT = n, NEAP_FAIL_LOG = dir .. "/fired" },
    })
    if support.read(dir .. "/fired") == nil then
      assert.equal(0, result.status, result.stderr)
      return failures
    end
    failures = failures + 1
    judge(result, n)
    if result.status ~= 0 then
      assert.not_equal("", result.stderr, ("allocation %d said nothing"):format(n))
    end
    n = n + ((every or n < 20) and 1 or math.max(7, n // 10))
  end
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
      local failures = each_failure(dir, { "upgrade", "head" }, function(result, n)
        local state = database.query(url, "SELECT count(*) FROM neap_version")
        assert.is_true(
          result.status == 1
            or result.status == 2
            or result.status == 5
            or (result.status == 0 and state == "1"),
          ("allocation %d: status %d\n%s"):format(n, result.status, result.stderr)
        )
        if state == "1" then
          -- Committed, and then the memory ran out: undo it for the next round.
          support.must({ "neap", "downgrade", "base" }, { cwd = dir })
        end
      end)
      assert.is_true(failures > 40)
      print(("out of memory on %s: %d failures"):format(database.dialect, failures))
    end)

    it("a check ends with status 0, or says why not", function()
      local dir = support.project({
        ["neap.lua"] = ("return { url = %q }\n"):format(database.new()),
        ["schema.lua"] = [[
op.create_table("t", { op.column("id", "integer", { primary_key = true }), op.column("b", "text", { index = true }) })
]],
      })
      support.must({ "neap", "revision", "-m", "one", "--autogenerate" }, { cwd = dir })
      support.must({ "neap", "upgrade", "head" }, { cwd = dir })
      local failures = each_failure(dir, { "check" }, function(result, n)
        local known = { [0] = true, [1] = true, [2] = true, [5] = true }
        assert.is_true(
          known[result.status],
          ("allocation %d: status %d\n%s"):format(n, result.status, result.stderr)
        )
      end)
      assert.is_true(failures > 40)
    end)
  end)
end
