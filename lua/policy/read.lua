--- The catalog's rows as objects with their owners and grants.

local kinds = require("neap.policy.kinds")

local read = {}

local rank = {}
for place, kind in ipairs(kinds.order) do
  rank[kind] = place
end

local function before(a, b)
  if rank[a.kind] ~= rank[b.kind] then
    return rank[a.kind] < rank[b.kind]
  elseif a.schema ~= b.schema then
    return (a.schema or "") < (b.schema or "")
  elseif a.name ~= b.name then
    return a.name < b.name
  end
  return (a.arguments or "") < (b.arguments or "")
end

---What it is called in messages: "table bixie.report".
---@param object PolicyObject
function read.label(object)
  local name = object.schema and object.schema .. "." .. object.name or object.name
  return object.kind .. " " .. name .. (object.arguments or "")
end

---@param rows table[]  of neap.dialect.postgresql.privileges
---@return PolicyObject[]
function read.objects(rows)
  local list, by_label = {}, {}
  for _, row in ipairs(rows) do
    local label = read.label(row)
    local object = by_label[label]
    if not object then
      object = {
        kind = row.kind,
        schema = row.schema,
        name = row.name,
        arguments = row.arguments,
        types = row.types,
        owner = row.owner,
        partitioned = row.partitioned or nil,
        partition = row.partition or nil,
        linked = row.linked or nil,
        grants = {},
      }
      by_label[label], list[#list + 1] = object, object
    end
    for privilege in (row.privileges or ""):gmatch("[^,]+") do
      object.grants[#object.grants + 1] = {
        role = row.grantee or "public",
        privilege = privilege,
        column = row.column_name,
        with_grant_option = row.is_grantable or nil,
        grantor = row.grantor,
      }
    end
  end
  table.sort(list, before)
  return list
end

return read
