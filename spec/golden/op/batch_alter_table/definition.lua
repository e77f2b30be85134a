op.batch_alter_table("account", {
  definition = "CREATE TABLE account (id INTEGER PRIMARY KEY, name TEXT NOT NULL ON CONFLICT REPLACE DEFAULT 'x') STRICT",
})
