--- Owners, grants and roles: SQLite has none.

local text = require("neap.dialect.sqlite.text")

local function no_roles()
  text.lacks(
    "roles, owners or grants",
    'the functions of require "permissions" do nothing there; or put it under `if neap.dialect == "postgresql" then`'
  )
end

return {
  set_owner = no_roles,
  grant = no_roles,
  revoke = no_roles,
  alter_default_privileges = no_roles,
}
