--- Who may do what: collectors write, analysts read.

revision = "6e07d4b9a3c8"
down_revision = "b52e8c6f1d40"
created = "2026-01-19T08:30:00Z"

local permissions = require("permissions")
local roles = require("roles")

local everybody = { "crash_collector", "crash_analyst" }

function upgrade()
  roles.create(everybody)
  permissions.read({ "products", "releases" }, everybody)
end

function downgrade()
  permissions.none({ "products", "releases" }, everybody)
  roles.drop(everybody)
end
