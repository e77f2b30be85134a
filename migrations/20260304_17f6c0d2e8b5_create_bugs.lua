--- Create bugs, and which signatures they explain.

revision = "17f6c0d2e8b5"
down_revision = "5ab83e2f9d14"
created = "2026-03-04T15:40:00Z"

local permissions = require("permissions")
local procedures = require("procedures")
local views = require("views")

local view_names = { "open_bugs", "signatures_without_bug" }
local files = { "procs/link_bug.sql", "procs/unlink_bug.sql", "procs/close_bug.sql" }

function upgrade()
  op.create_table("bugs", {
    op.column("id", "integer", { primary_key = true, comment = "the tracker's number" }),
    op.column("status", "text", { nullable = false, server_default = "new" }),
    op.column("resolution", "text"),
    op.column("summary", "text"),
    op.check("resolution IS NULL OR status = 'closed'", { name = "ck_bugs_resolution" }),
  })
  op.create_table("bug_signatures", {
    op.column("bug_id", "integer", { nullable = false }),
    op.column("signature_id", "bigint", { nullable = false }),
    op.primary_key({ "bug_id", "signature_id" }),
    op.foreign_key("bug_id", "bugs", "id", { ondelete = "cascade" }),
    op.foreign_key("signature_id", "signatures", "id", { ondelete = "cascade" }),
    op.index("ix_bug_signatures_signature_id", { "signature_id" }),
  })
  permissions.own("bugs", "crash_collector")
  permissions.own("bug_signatures", "crash_collector")

  views.load(view_names)
  if op.dialect == "postgresql" then
    procedures.load(files)
  end
end

function downgrade()
  if op.dialect == "postgresql" then
    procedures.revert(files)
  end
  views.drop(view_names)
  op.drop_table("bug_signatures")
  op.drop_table("bugs")
end
