--- Create daily users: how many people use which release.

revision = "c2e615f8b07d"
down_revision = "09c4e7a61b3f"
branch_labels = "adoption"
created = "2026-03-02T09:00:00Z"

local permissions = require("permissions")

function upgrade()
  op.create_table("daily_users", {
    op.column("day", "date", { nullable = false }),
    op.column("release_id", "integer", {
      nullable = false,
      references = { "releases", "id", ondelete = "cascade" },
    }),
    op.column("users", "bigint", { nullable = false, check = "users >= 0" }),
    op.primary_key({ "day", "release_id" }),
  })
  op.create_index("ix_daily_users_release_id", "daily_users", { "release_id" })
  permissions.own("daily_users", "crash_collector")
end

function downgrade()
  op.drop_table("daily_users")
end
