--- Merge the adoption branch.

revision = "74b1d6e0f9a3"
down_revision = { "a08e5b9c3f62", "e94d70b3a51c" }
created = "2026-03-23T09:30:00Z"

-- A merge joins two lines of revisions; there is nothing to do in the database.
function upgrade() end

function downgrade() end
