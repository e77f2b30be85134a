--- Owners, grants and roles. On SQLite, which has none, every function does nothing.
---
---     local permissions = require("permissions")
---     permissions.role("breakpad_rw")
---     permissions.own("account", "breakpad_rw")
---     permissions.grant("select", "table", "account", { "analyst", "reporter" })
local op = require("neap.op")

local permissions = {}

local active = op.dialect == "postgresql"

---Create a role unless the server has it.
---@param name string
---@param opts table?  as for op.create_role
function permissions.role(name, opts)
  if active then
    local all = { if_not_exists = true }
    for key, value in pairs(opts or {}) do
      all[key] = value
    end
    op.create_role(name, all)
  end
end

---Drop a role, if the server has it.
---@param name string
---@param opts table?  as for op.drop_role: owned = "drop" | "reassign"
function permissions.drop_role(name, opts)
  if active then
    local all = { if_exists = true }
    for key, value in pairs(opts or {}) do
      all[key] = value
    end
    op.drop_role(name, all)
  end
end

---Make a role the owner of a table, or of something else.
---
---    permissions.own("account", "breakpad_rw")
---    permissions.own("update_adu(date)", "breakpad_rw", "function")
---@param name string
---@param role string
---@param kind string?  default "table"; as for op.set_owner
function permissions.own(name, role, kind)
  if active then
    op.set_owner(kind or "table", name, role)
  end
end

---As op.grant: privileges, kind, names, roles.
function permissions.grant(privileges, kind, names, roles, opts)
  if active then
    op.grant(privileges, kind, names, roles, opts)
  end
end

---As op.revoke.
function permissions.revoke(privileges, kind, names, roles, opts)
  if active then
    op.revoke(privileges, kind, names, roles, opts)
  end
end

---As op.alter_default_privileges: what objects made later will be granted.
function permissions.default(opts)
  if active then
    op.alter_default_privileges(opts)
  end
end

---Roles may read tables (and views, sequences).
---@param names string|string[]
---@param roles string|string[]
function permissions.read(names, roles)
  permissions.grant("select", "table", names, roles)
end

---Roles may read and change the rows of tables.
---@param names string|string[]
---@param roles string|string[]
function permissions.write(names, roles)
  permissions.grant("select, insert, update, delete", "table", names, roles)
end

---Roles may do nothing more with tables.
---@param names string|string[]
---@param roles string|string[]
function permissions.none(names, roles)
  permissions.revoke("all", "table", names, roles)
end

return permissions
