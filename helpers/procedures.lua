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
--- A load keeps the definitions of the functions, procedures, views and triggers that the file replaces, in the
--- database; a revert puts them back as they were just before, and drops what was new. PostgreSQL only.
local op = require("neap.op")

local procedures = {}

local function each(files, first, last, step, fn)
  for i = first, last, step do
    fn(files[i])
  end
end

local function as_list(files)
  return type(files) == "table" and files or { files }
end

---Load the files in this order, and keep what they replace.
---@param files string|string[]  relative to the sql directory
function procedures.load(files)
  files = as_list(files)
  each(files, 1, #files, 1, function(file)
    op.load_sql(file, { keep = true })
  end)
end

---Put back what was there before this revision loaded the files; the last one first.
---@param files string|string[]
function procedures.revert(files)
  files = as_list(files)
  each(files, #files, 1, -1, function(file)
    op.revert_sql(file)
  end)
end

return procedures
