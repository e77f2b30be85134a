--- Writes down the queries by which neap reads a catalog: `neap lua bench/catalog_queries.lua URL >FILE`.
local database_run = require("spec.support.database_run")
local reflect = require("neap.reflect")

local run = database_run.open(arg[1])
local session = getmetatable(run.session).__index
local rows = session.rows

function session.rows(self, sql, ...)
  print("-- query\n" .. sql)
  return rows(self, sql, ...)
end

reflect.snapshot(run)
run.close()
