return [==[
-- How neap finds the database and the revisions. Every key is explained in neap's guide.
-- Editors that run LuaLS know op from share/neap/library (workspace.library); or ask `neap help op`.
return {
  -- Goes to libpq as it is: service files, ~/.pgpass, TLS, several hosts all work.
  -- Passwords belong in the environment, in .env (not in the version control), or in ~/.pgpass.
  url = env.DATABASE_URL or "postgresql:///app",
  dialect = "postgresql",

  migrations = "migrations",
  helpers = { "helpers" },
  sql = "sql",

  -- A revision that waits longer for a lock is rolled back and tried again.
  lock_timeout = "5s",
  lock_retries = 10,

  -- Keeps the state that a run leaves: `neap status` and `neap verify` tell what was changed since.
  fingerprint = true,

  -- Views, functions and triggers that every upgrade brings up to date.
  -- repeatable = "sql/objects",
  -- What `neap setup` makes before the first revision.
  -- setup = { roles = { "app_owner" }, schemas = { "app" }, extensions = { "citext" } },
  -- role = "app_owner",
  -- Who owns what and who may do what: applied to whatever a revision makes, see `neap permissions`.
  -- permissions = {
  --   { schema = "app", kind = "table", owner = "app_owner", grants = { app_rw = "select, insert, update, delete" } },
  -- },
  -- environments = {
  --   production = { url = env.PRODUCTION_URL, lock_timeout = "2s", protected = true },
  -- },
}
]==]
