--- Row security: SQLite has none.

local text = require("neap.dialect.sqlite.text")

local function no_policies()
  text.lacks("row security and no policies")
end

return {
  create_policy = no_policies,
  alter_policy = no_policies,
  drop_policy = no_policies,
  enable_row_security = no_policies,
  disable_row_security = no_policies,
  force_row_security = no_policies,
  no_force_row_security = no_policies,
}
