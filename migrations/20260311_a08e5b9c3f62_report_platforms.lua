--- Reports say on which operating system and processor they come from.

revision = "a08e5b9c3f62"
down_revision = "17f6c0d2e8b5"
created = "2026-03-11T17:00:00Z"

local procedures = require("procedures")
local views = require("views")

local files = { "procs/normalise_os.sql", "procs/reports_by_os.sql" }

function upgrade()
  op.add_column("crash_reports", op.column("os_name", "text"))
  op.add_column("crash_reports", op.column("os_version", "text"))
  op.add_column("crash_reports", op.column("cpu", "text", { comment = "amd64, arm64, x86" }))
  op.create_index("ix_crash_reports_os_name", "crash_reports", { "os_name" })

  views.load({ "reports_by_platform" })
  if op.dialect == "postgresql" then
    procedures.load(files)
  end
end

function downgrade()
  if op.dialect == "postgresql" then
    procedures.revert(files)
  end
  views.drop({ "reports_by_platform" })

  op.drop_index("ix_crash_reports_os_name", { table = "crash_reports" })
  for _, name in ipairs({ "cpu", "os_version", "os_name" }) do
    op.drop_column("crash_reports", name)
  end
end
