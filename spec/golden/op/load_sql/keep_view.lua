-- A view and a trigger on it.
options({
  files = {
    ["views/names.sql"] = [[
CREATE VIEW names AS SELECT 1 AS id;
CREATE TRIGGER put INSTEAD OF INSERT ON names BEGIN SELECT 1; END;
]],
  },
})
op.load_sql("views/names.sql", { keep = true, skip_unchanged = true, order = "dependency" })
