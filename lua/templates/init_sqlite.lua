return [==[
-- How neap finds the database and the revisions. Every key is explained in neap's guide.
return {
  url = "sqlite:app.db",

  migrations = "migrations",
  helpers = { "helpers" },
  sql = "sql",
}
]==]
