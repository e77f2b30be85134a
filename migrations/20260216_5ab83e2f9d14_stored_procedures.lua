--- Stored procedures for collecting and searching (PostgreSQL), and the triggers of crash_reports.

revision = "5ab83e2f9d14"
down_revision = "d7f0931c4e6a"
created = "2026-02-16T13:25:00Z"

local procedures = require("procedures")

-- In an order in which each finds what it uses.
local files = {
  "procs/utc_day.sql",
  "procs/week_of.sql",
  "procs/create_week.sql",
  "procs/drop_weeks_before.sql",
  "procs/find_product.sql",
  "procs/find_release.sql",
  "procs/add_release.sql",
  "procs/signature_kind.sql",
  "procs/find_or_add_signature.sql",
  "procs/add_report.sql",
  "procs/search_signatures.sql",
  "procs/top_crashers.sql", -- as it was then: sql/.at/5ab83e2f9d14/procs/top_crashers.sql
  "procs/touch_signature.sql",
  "procs/refuse_future.sql",
}

function upgrade()
  if op.dialect == "postgresql" then
    procedures.load(files)
  end
  op.load_sql(("triggers/%s/crash_reports.sql"):format(op.dialect))
end

function downgrade()
  local on_table = op.dialect == "postgresql" and " ON crash_reports" or ""
  op.execute("DROP TRIGGER touch_signature" .. on_table)
  op.execute("DROP TRIGGER refuse_future" .. on_table)
  if op.dialect == "postgresql" then
    procedures.revert(files)
  end
end
