--- Who may do what: collectors write, analysts read.

revision = "6e07d4b9a3c8"
down_revision = "b52e8c6f1d40"
created = "2026-01-19T08:30:00Z"

local permissions = require("permissions")
local roles = require("roles")

function upgrade()
  roles.create({ "crash_collector", "crash_analyst" })
  for _, name in ipairs({ "products", "releases" }) do
    permissions.grant("SELECT", "table", name, { "crash_collector", "crash_analyst" })
  end
end

function downgrade()
  for _, name in ipairs({ "products", "releases" }) do
    permissions.revoke("ALL", "table", name, { "crash_collector", "crash_analyst" })
  end
  roles.drop({ "crash_collector", "crash_analyst" })
end
