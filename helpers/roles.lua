--- Roles belong to the whole PostgreSQL server: several databases may use one. So a role that exists is
--- taken as it is, and one that another database still uses stays. SQLite has none.
local op = require("neap.op")

local roles = {}

local create = [[
DO $$
BEGIN
    CREATE ROLE %s NOLOGIN;
EXCEPTION WHEN duplicate_object THEN
    RAISE NOTICE 'role %s exists';
END
$$]]

local drop = [[
DO $$
BEGIN
    DROP ROLE IF EXISTS %s;
EXCEPTION WHEN dependent_objects_still_exist THEN
    RAISE NOTICE 'role %s is in use elsewhere and stays';
END
$$]]

local function each(names, statement)
  if op.dialect == "postgresql" then
    for _, name in ipairs(names) do
      op.execute(statement:format(name, name))
    end
  end
end

---@param names string[]
function roles.create(names)
  each(names, create)
end

---@param names string[]
function roles.drop(names)
  each(names, drop)
end

return roles
