--- Stored procedures in files, and the way back.
---
---     local procedures = require("procedures")
---
---     function upgrade()
---       procedures.load({ "procs/update_adu.sql", "procs/find_product.sql" })
---     end
---
---     function downgrade()
---       procedures.revert({ "procs/update_adu.sql", "procs/find_product.sql" })
---     end
---
--- A load keeps the definitions of the routines, views, triggers and types that the files replace, in the database; a
--- revert puts them back as they were just before, with owners, grants and comments, and drops what was new. A
--- function with another result or other arguments is dropped and made anew. On SQLite it keeps views and triggers.
local op = require("neap.op")

local procedures = {}

local function with_keep(options)
  local all = { keep = true }
  for key, value in next, options or {} do
    all[key] = value
  end
  return all
end

---Load the files in this order, and keep what they replace.
---
---    procedures.load({ "procs/a.sql", "procs/b.sql" }, { order = "dependency", skip_unchanged = true })
---
---Options: those of `op.load_sql`.
---@param files string|string[]  relative to the sql directory
---@param options table?
function procedures.load(files, options)
  op.load_sql(files, with_keep(options))
end

---Load every file of a directory, and keep what they replace. Options: those of `op.load_sql_dir`.
---@param directory string
---@param options table?
function procedures.load_dir(directory, options)
  op.load_sql_dir(directory, with_keep(options))
end

---Put back what was there before this revision loaded the files; without files: all that it has loaded.
---@param files string|string[]|nil
function procedures.revert(files)
  op.revert_sql(files)
end

return procedures
