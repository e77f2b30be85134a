std = "lua54"
max_line_length = false -- stylua breaks what can be broken
files["helpers"] = { read_globals = { "neap" } }
files["spec"] = { std = "+busted" }
files["spec/golden"] = { read_globals = { "op", "neap" }, globals = { "answer", "options" } }
files["migrations"] = {
  globals = { "revision", "down_revision", "branch_labels", "depends_on", "transaction", "created", "upgrade", "downgrade" },
  read_globals = { "op", "neap" },
}
files["neap.lua"] = { read_globals = { "env" } }
