return [==[
-- How neap finds the database and the revisions. Every key is explained in neap's guide.
-- Editors that run LuaLS know op from share/neap/library (workspace.library); or ask `neap help op`.
return {
  url = env.DATABASE_URL or "postgresql:///app",

  -- The table that Alembic kept is taken over as it is. A row in it must be the id of a revision
  -- here, or be listed as pruned: then the first revision here follows it.
  version_table = "alembic_version",
  -- pruned = { "ae1027a6acf" },

  migrations = "migrations",
  helpers = { "helpers" },
  sql = "sql",
}
]==]
