--- The first views: releases, signatures, reports by day and week.

revision = "d7f0931c4e6a"
down_revision = "09c4e7a61b3f"
created = "2026-02-09T11:10:00Z"

local permissions = require("permissions")
local views = require("views")

local portable =
  { "product_releases", "current_releases", "signature_summary", "reports_by_release" }
local by_dialect = { "daily_reports", "weekly_reports", "recent_reports" }

function upgrade()
  views.load(portable)
  views.load(by_dialect, { by_dialect = true })
  permissions.read(portable, "crash_analyst")
  permissions.read(by_dialect, "crash_analyst")
end

function downgrade()
  views.drop(by_dialect)
  views.drop(portable)
end
