--- Writes down the queries by which neap reads a catalog: `neap lua bench/catalog_queries.lua URL >FILE`.
local database_run = require("spec.support.database_run")
local reflect = require("neap.reflect")

local run = database_run.open(arg[1])
local session = getmetatable(run.session).__index
local ask = session.ask

function session.ask(self, queries, ...)
  for _, query in ipairs(queries) do
    print("-- query\n" .. query[1])
  end
  return ask(self, queries, ...)
end

reflect.snapshot(run)
run.close()
