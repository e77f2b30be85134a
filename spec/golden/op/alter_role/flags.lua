op.alter_role("neap_golden_role", {
  superuser = false,
  createdb = true,
  createrole = true,
  inherit = false,
  replication = true,
  bypassrls = true,
  existing = {
    superuser = true,
    createdb = false,
    createrole = false,
    inherit = true,
    replication = false,
    bypassrls = false,
  },
})
