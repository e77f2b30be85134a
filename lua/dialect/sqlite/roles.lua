--- Roles: SQLite has none.

local no_roles = require("neap.dialect.sqlite.permissions").grant

return {
  create_role = no_roles,
  alter_role = no_roles,
  drop_role = no_roles,
  set_role = no_roles,
}
