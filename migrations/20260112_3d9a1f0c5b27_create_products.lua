--- Create products.

revision = "3d9a1f0c5b27"
created = "2026-01-12T09:20:00Z"

function upgrade()
  op.create_table("products", {
    op.column("id", "integer", { primary_key = true, autoincrement = true }),
    op.column("name", "text", { nullable = false, unique = true }),
    op.column("sort_order", "integer", { nullable = false, server_default = 0 }),
    op.column("created_at", "timestamptz", {
      nullable = false,
      server_default = op.sql("CURRENT_TIMESTAMP"),
    }),
  }, { comment = "What people install, and what crashes." })

  op.bulk_insert("products", {
    { name = "Moonrise", sort_order = 1 },
    { name = "Moonrise for Android", sort_order = 2 },
    { name = "Tidepool", sort_order = 3 },
  })
end

function downgrade()
  op.drop_table("products")
end
