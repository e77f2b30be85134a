--- The example project: a database of crash reports. SQLite without further ado, PostgreSQL with
--- DATABASE_URL=postgresql://... ; see migrations/, helpers/ and sql/.
return {
  url = env.DATABASE_URL or "sqlite:crashes.db",
  migrations = "migrations",
  helpers = { "helpers" },
  sql = "sql",
  lock_timeout = "5s",
  settings = { timezone = "UTC" }, -- of every session on PostgreSQL: weeks begin at midnight there
  setup = { database = { encoding = "UTF8" } }, -- what `neap setup` makes before the first revision
  include_object = function(object)
    return not object.name:match("_%d%d%d%d%d%d%d%d$") -- the weekly partitions of crash_reports
  end,
  environments = {
    production = {
      url = env.CRASHES_URL,
      lock_timeout = "2s",
      statement_timeout = "15min",
      protected = true,
    },
  },
}
