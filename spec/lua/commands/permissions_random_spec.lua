--- `neap permissions --fix` brings whatever there is to whatever a policy says, in one go.
local policy = require("spec.support.policy")
local support = require("spec.support")

local function neap(dir, ...)
  return support.run({ "neap", ... }, { cwd = dir })
end

local function entry(url, text)
  return support.project({
    ["neap.lua"] = ("return { url = %q, permissions = { %s } }"):format(url, text),
    ["migrations/1_a.lua"] = 'revision = "a1"\n',
  })
end

describe("random grants, options, columns and owners", function()
  local first = tonumber(os.getenv("NEAP_SEED")) or 1
  local runs = tonumber(os.getenv("NEAP_POLICIES")) or 1
  local roles = { "spec_owner", "spec_rw", "spec_ro", "spec_other" }
  local random = math.random

  local function one_of(list)
    return list[random(#list)]
  end

  -- Statements that may fail, each for itself.
  local function attempts(list)
    local parts = {}
    for i, sql in ipairs(list) do
      parts[i] = ("BEGIN; %s; COMMIT; ROLLBACK;"):format(sql)
    end
    return "SET client_min_messages = error;\n\\set ON_ERROR_STOP off\n"
      .. table.concat(parts, "\n")
  end

  local function mess(count)
    local list = {}
    for i = 1, count do
      local kind = random(4)
      local object = one_of({ "a.t", "a.u", "a.v" })
      local what =
        one_of({ "SELECT", "INSERT", "UPDATE", "ALL", "SELECT (x)", "UPDATE (x, y)", "TRUNCATE" })
      if kind == 1 then
        list[i] = ("ALTER TABLE %s OWNER TO %s"):format(object, one_of(roles))
      elseif kind == 2 then
        list[i] = ("GRANT EXECUTE ON FUNCTION a.f(int) TO %s WITH GRANT OPTION"):format(
          one_of(roles)
        )
      else
        list[i] = ("SET LOCAL ROLE %s; GRANT %s ON %s TO %s%s"):format(
          one_of({ "postgres", "postgres", roles[2], roles[3], roles[4] }),
          what,
          object,
          one_of(roles),
          random(2) == 1 and " WITH GRANT OPTION" or ""
        )
      end
    end
    return attempts(list)
  end

  local function some_grants(words)
    local parts = {}
    for _, role in ipairs({ "spec_owner", "spec_rw", "spec_ro", "public" }) do
      if random(2) == 1 then
        local word = one_of(words)
        local option = role ~= "public" and word ~= "" and random(3) == 1
        parts[#parts + 1] = ("%s = %q"):format(
          role,
          word .. (option and " with grant option" or "")
        )
      end
    end
    return "{ " .. table.concat(parts, ", ") .. " }"
  end

  local function check(seed)
    math.randomseed(seed)
    local url = policy.database()
    support.psql(
      url,
      [[CREATE SCHEMA a; GRANT USAGE, CREATE ON SCHEMA a TO PUBLIC; CREATE TABLE a.t (x int, y int); CREATE TABLE a.u (x int, y int);
        CREATE VIEW a.v AS SELECT 1 AS x, 2 AS y;
        CREATE FUNCTION a.f(int) RETURNS int LANGUAGE sql AS 'SELECT 1']]
    )
    for round = 1, 8 do
      support.psql(url, mess(random(30)))
      local dir = entry(
        url,
        ([[{ schema = "a", kind = { "table", "view" }, owner = %q, grants = %s },
          { schema = "a", kind = "table", name = "u", grants = %s },
          { schema = "a", kind = "function", grants = %s }]]):format(
          one_of(roles),
          some_grants({ "select", "select, insert", "all", "update (y)", "select (x), insert" }),
          some_grants({ "delete", "select (x, y)", "" }),
          some_grants({ "execute", "all", "" })
        )
      )
      local before = support.read(dir .. "/neap.lua")
      local fixed = neap(dir, "permissions", "--fix")
      assert.equal(0, fixed.status, ("round %d: %s\n%s"):format(round, before, fixed.stderr))
      local again = neap(dir, "permissions")
      assert.equal(0, again.status, ("round %d: %s\n%s"):format(round, before, again.stdout))
    end
  end

  for seed = first, first + runs - 1 do
    it("are brought to any policy: seed " .. seed, function()
      check(seed)
    end)
  end
end)
