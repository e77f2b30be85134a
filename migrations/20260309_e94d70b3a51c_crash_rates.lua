--- Crash rates: reports for a hundred users. Needs the procedures and views of the trunk.

revision = "e94d70b3a51c"
down_revision = "c2e615f8b07d"
depends_on = "5ab83e2f9d14"
created = "2026-03-09T10:15:00Z"

local procedures = require("procedures")
local views = require("views")

local view_names = { "adoption_by_day", "reports_per_user" }
local files = { "procs/record_users.sql", "procs/adoption_of.sql", "procs/crash_rates.sql" }

function upgrade()
  views.load(view_names)
  if op.dialect == "postgresql" then
    op.load_sql("types/crash_rate.sql")
    procedures.load(files)
  end
end

function downgrade()
  if op.dialect == "postgresql" then
    procedures.revert(files)
    op.execute("DROP TYPE crash_rate")
  end
  views.drop(view_names)
end
