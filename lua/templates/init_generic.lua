return [==[
-- How neap finds the database and the revisions. Every key is explained in neap's guide.
-- Editors that run LuaLS know op from share/neap/library (workspace.library); or ask `neap help op`.
return {
  -- sqlite:FILE, postgresql://user@host/database, or libpq's key=value words.
  -- Passwords belong in the environment, in .env (not in the version control), or in ~/.pgpass.
  url = env.DATABASE_URL or "sqlite:app.db",

  migrations = "migrations",
  helpers = { "helpers" },
  sql = "sql",

  -- Keeps the state that a run leaves: `neap status` and `neap verify` tell what was changed since.
  fingerprint = true,

  -- environments = {
  --   production = { url = env.PRODUCTION_URL, lock_timeout = "2s" },
  -- },
}
]==]
