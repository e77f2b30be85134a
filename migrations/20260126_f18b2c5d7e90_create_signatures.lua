--- Create signatures: reports with the same stack belong together.

revision = "f18b2c5d7e90"
down_revision = "6e07d4b9a3c8"
created = "2026-01-26T16:45:00Z"

local kinds = require("kinds")
local permissions = require("permissions")

local crash_kinds = { "crash", "hang", "shutdown", "oom" }
local postgresql = op.dialect == "postgresql"

function upgrade()
  kinds.create("crash_kind", crash_kinds)
  if postgresql then
    op.load_sql("types/signature_text.sql")
  end

  op.create_table("signatures", {
    op.column("id", "bigint", { primary_key = true, autoincrement = true }),
    op.column("signature", postgresql and "signature_text" or "text", {
      nullable = false,
      unique = true,
    }),
    kinds.column("kind", "crash_kind", crash_kinds, { nullable = false, server_default = "crash" }),
    op.column("first_report", "timestamptz", { nullable = false }),
    op.column("last_report", "timestamptz", { nullable = false }),
  })
  op.create_index("ix_signatures_first_report", "signatures", { "first_report" })
  permissions.own("signatures", "crash_collector")
end

function downgrade()
  op.drop_table("signatures")
  if postgresql then
    op.execute("DROP DOMAIN signature_text")
  end
  kinds.drop("crash_kind")
end
