--- Roles belong to the whole PostgreSQL server: several databases may use one. So a role that exists is
--- taken as it is, and one that another database still uses stays. SQLite has none.
local op = require("neap.op")
local permissions = require("permissions")

local roles = {}

local drop = [[
DO $$
BEGIN
    DROP ROLE IF EXISTS %s;
EXCEPTION WHEN dependent_objects_still_exist THEN
    RAISE NOTICE 'role %s is in use elsewhere and stays';
END
$$]]

---@param names string[]
function roles.create(names)
  for _, name in ipairs(names) do
    permissions.role(name)
  end
end

---@param names string[]
function roles.drop(names)
  if op.dialect == "postgresql" then
    for _, name in ipairs(names) do
      op.execute(drop:format(name, name))
    end
  end
end

return roles
