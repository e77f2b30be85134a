--- Partitions that are left out, and have defaults of their own: a default that their parent gets would take the place of
--- theirs.
---
--- Source: PostgreSQL manual, ALTER TABLE (what is said of a parent goes down to its partitions)

local same = require("neap.same")
local shapes = require("neap.compare.shapes")

-- The parent that stays, however many levels above.
local function stays_above(snapshot, gone, object)
  while object and gone[object.key] do
    local parent = object.partition_of
    object = parent and snapshot.objects[("table %s.%s"):format(parent.schema, parent.name)]
  end
  return object
end

---By "schema.table.column" of the parents.
---@param snapshot Snapshot
---@param gone table<string, boolean>  keys of what is left out
---@return table<string, { schema: string, table: string, server_default: any }[]>?
return function(snapshot, gone)
  local found
  for key in next, gone do
    local object = snapshot.objects[key]
    local parent = object.partition_of and stays_above(snapshot, gone, object)
    local theirs = parent and shapes.by_name(parent.columns) or {}
    for _, column in ipairs(parent and object.columns or {}) do
      local other = theirs[column.name]
      if other and not same(column.server_default, other.server_default) then
        local at = parent.schema .. "." .. parent.name .. "." .. column.name
        found = found or {}
        found[at] = found[at] or {}
        table.insert(found[at], {
          schema = object.schema,
          table = object.name,
          server_default = column.server_default,
        })
      end
    end
  end
  for _, list in next, found or {} do
    table.sort(list, function(a, b)
      return a.schema .. "." .. a.table < b.schema .. "." .. b.table
    end)
  end
  return found
end
