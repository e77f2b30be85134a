options({
  files = {
    ["procs/twice.sql"] = [[
CREATE OR REPLACE FUNCTION twice(a integer) RETURNS integer LANGUAGE sql AS $$ SELECT a * 2 $$;
CREATE OR REPLACE VIEW "Odd".doubled AS SELECT twice(1) AS two;
CREATE TRIGGER touch BEFORE UPDATE ON account FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger();
]],
  },
})
op.load_sql("procs/twice.sql", { keep = true })
