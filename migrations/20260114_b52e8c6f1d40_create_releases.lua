--- Create releases, one row for each version and channel.

revision = "b52e8c6f1d40"
down_revision = "3d9a1f0c5b27"
created = "2026-01-14T14:05:00Z"

local kinds = require("kinds")

local channels = { "nightly", "beta", "release", "esr" }

function upgrade()
  kinds.create("release_channel", channels)

  op.create_table("releases", {
    op.column("id", "integer", { primary_key = true, autoincrement = true }),
    op.column("product_id", "integer", {
      nullable = false,
      references = { "products", "id", ondelete = "cascade" },
    }),
    op.column("version", "text", { nullable = false }),
    kinds.column("channel", "release_channel", channels, {
      nullable = false,
      server_default = "release",
    }),
    op.column("released_on", "date", { nullable = false }),
    op.column("supported_until", "date", { comment = "NULL: nobody has said yet" }),
    op.unique({ "product_id", "version", "channel" }, { name = "uq_releases_version" }),
    op.check("supported_until >= released_on", { name = "ck_releases_dates" }),
  })
end

function downgrade()
  op.drop_table("releases")
  kinds.drop("release_channel")
end
