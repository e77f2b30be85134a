--- Sort keys for versions: a data migration that computes in Lua.

revision = "2f5c8a9b0e71"
down_revision = "74b1d6e0f9a3"
created = "2026-04-06T12:00:00Z"

local versions = require("versions")
local views = require("views")

function upgrade()
  op.add_column("releases", op.column("sort_key", "text"))

  -- The first releases, so that there is something to sort.
  op.execute([[
    INSERT INTO releases (product_id, version, channel, released_on)
    SELECT products.id, first.version, 'release', '2026-01-05'
    FROM products
    CROSS JOIN (SELECT '9.0' AS version UNION ALL SELECT '10.0b2' UNION ALL SELECT '10.0') AS first
    WHERE products.name = 'Moonrise'
  ]])

  -- A script cannot look at rows. `neap upgrade` can: it sees what the statements before did.
  if op.offline then
    print("releases.sort_key stays empty: run this revision online, or fill it later")
  else
    for _, release in ipairs(op.query("SELECT id, version FROM releases ORDER BY id")) do
      op.execute("UPDATE releases SET sort_key = :key WHERE id = :id", {
        key = versions.sort_key(release.version),
        id = release.id,
      })
    end
  end

  views.load({ "releases_in_order" })
end

function downgrade()
  views.drop({ "releases_in_order" })
  op.execute([[
    DELETE FROM releases
    WHERE version IN ('9.0', '10.0b2', '10.0') AND channel = 'release' AND released_on = '2026-01-05'
      AND NOT EXISTS (SELECT 1 FROM crash_reports WHERE crash_reports.release_id = releases.id)
  ]])
  op.drop_column("releases", "sort_key")
end
