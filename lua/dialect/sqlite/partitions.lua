--- Partitions: SQLite has none.

local text = require("neap.dialect.sqlite.text")

local function no_partitions()
  text.lacks(
    "partitions",
    'one plain table holds all rows there; put it under `if neap.dialect == "postgresql" then`'
  )
end

return {
  create_partition = no_partitions,
  attach_partition = no_partitions,
  detach_partition = no_partitions,
}
