--- Create crash reports: a partition for each week on PostgreSQL, one table on SQLite.

revision = "09c4e7a61b3f"
down_revision = "f18b2c5d7e90"
created = "2026-02-02T10:00:00Z"

local partitions = require("partitions")
local permissions = require("permissions")

local postgresql = op.dialect == "postgresql"
local first_day = "2026-01-05" -- a Monday

function upgrade()
  local elements = {
    op.column("uuid", "uuid", { nullable = false }),
    op.column("received", "timestamptz", { nullable = false }),
    op.column("release_id", "integer", { nullable = false, references = "releases.id" }),
    op.column("signature_id", "bigint", { references = "signatures.id" }),
    op.column("reason", "text"),
    op.column("address", "text"),
    op.column("uptime_seconds", "integer", { check = "uptime_seconds >= 0" }),
    op.column("comments", "text", { comment = "what the user wrote: never shown to everybody" }),
    op.primary_key({ "uuid", "received" }),
    op.index("ix_crash_reports_signature_id", { "signature_id", { "received", desc = true } }),
    op.index("ix_crash_reports_release_id", { "release_id", { "received", desc = true } }),
  }
  if not postgresql then
    local range = ("received >= '%s'"):format(first_day)
    table.insert(elements, op.check(range, { name = "ck_crash_reports_received" }))
  end
  op.create_table("crash_reports", elements, {
    partition_by = postgresql and { "range", "received" } or nil,
  })

  if postgresql then
    partitions.create_weeks("crash_reports", first_day, 8)
  end
  permissions.own("crash_reports", "crash_collector")
end

function downgrade()
  op.drop_table("crash_reports") -- takes its partitions along
end
