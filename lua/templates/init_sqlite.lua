return [==[
-- How neap finds the database and the revisions. Every key is explained in neap's guide.
-- Editors that run LuaLS know op from share/neap/library (workspace.library); or ask `neap help op`.
return {
  url = "sqlite:app.db",

  migrations = "migrations",
  helpers = { "helpers" },
  sql = "sql",
}
]==]
