--- Daily counts of signatures, in plain SQL: sql/tables/signature_counts.sql.

revision = "8d3e6f17c5b0"
down_revision = "2f5c8a9b0e71"
created = "2026-04-20T08:50:00Z"

local permissions = require("permissions")
local procedures = require("procedures")
local views = require("views")

local files = { "procs/count_signatures.sql", "procs/count_signatures_between.sql" }

function upgrade()
  op.load_sql("tables/signature_counts.sql")
  permissions.own("signature_counts", "crash_collector")
  views.load({ "top_signatures" })
  if op.dialect == "postgresql" then
    procedures.load(files)
  end
end

function downgrade()
  if op.dialect == "postgresql" then
    procedures.revert(files)
  end
  views.drop({ "top_signatures" })
  op.execute("DROP TABLE signature_counts")
end
