--- Index signatures by their last report, without stopping the collectors.

revision = "b6a94c7e2d08"
down_revision = "8d3e6f17c5b0"
created = "2026-05-11T19:30:00Z"

-- CONCURRENTLY cannot run in a transaction, so that this revision runs step by step: each finished step is
-- noted in the database, and a run that dies half-way goes on after it.
local concurrently = op.dialect == "postgresql"

function upgrade()
  op.create_index("ix_signatures_last_report", "signatures", { { "last_report", desc = true } }, {
    concurrently = concurrently,
  })
  op.create_index("ix_signatures_hangs", "signatures", { "signature" }, {
    where = "kind = 'hang'",
    concurrently = concurrently,
  })
end

function downgrade()
  op.drop_index("ix_signatures_hangs", { table = "signatures", concurrently = concurrently })
  op.drop_index("ix_signatures_last_report", { table = "signatures", concurrently = concurrently })
end
