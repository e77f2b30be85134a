--- top_crashers() adds up daily counts instead of every report.

revision = "41e7f9d0c8a6"
down_revision = "b6a94c7e2d08"
created = "2026-06-08T14:20:00Z"

local procedures = require("procedures")

local files = { "procs/top_crashers.sql" }

function upgrade()
  if op.dialect == "postgresql" then
    procedures.load(files) -- keeps the definition that it replaces
  end
end

function downgrade()
  if op.dialect == "postgresql" then
    procedures.revert(files) -- puts it back
  end
end
