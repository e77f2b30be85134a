--- Schemas, extensions and sequences: SQLite has none.

local text = require("neap.dialect.sqlite.text")

local function lacks(what, instead)
  return function()
    text.lacks(what, instead)
  end
end

local no_schema = lacks("schemas")
local no_extension = lacks("extensions that a revision could install")
local no_sequence = lacks(
  "sequences",
  "an integer primary key counts by itself (autoincrement = true never reuses a number)"
)

return {
  create_schema = no_schema,
  drop_schema = no_schema,
  create_extension = no_extension,
  drop_extension = no_extension,
  create_sequence = no_sequence,
  alter_sequence = no_sequence,
  drop_sequence = no_sequence,
}
