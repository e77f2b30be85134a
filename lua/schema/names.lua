--- The names that a database gives by itself.
--- Source: PostgreSQL, src/backend/commands/indexcmds.c, makeObjectName, ChooseIndexColumnNames

local names = {}

local LIMIT = 63

-- text cut to so many bytes, not within a character
local function clip(text, bytes)
  while bytes > 0 and bytes < #text and text:find("^[\128-\191]", bytes + 1) do
    bytes = bytes - 1
  end
  return text:sub(1, bytes)
end

---first_second_label, first_label without a second, cut where the server cuts.
function names.object(first, second, label)
  local available = LIMIT - #label - 1 - (second and 1 or 0)
  local one, two = #first, second and #second or 0
  while one + two > available do
    if one > two then
      one = one - 1
    else
      two = two - 1
    end
  end
  local text = clip(first, one)
  if second then
    text = text .. "_" .. clip(second, two)
  end
  return text .. "_" .. label
end

local labels = {
  primary_key = "pkey",
  unique = "key",
  exclude = "excl",
  foreign_key = "fkey",
  check = "check",
  not_null = "not_null",
}

-- "a_b_c"; an expression counts as "expr".
local function joined(columns)
  local text = ""
  for _, column in ipairs(columns) do
    local name = type(column) == "table" and not column.sql and column[1] or column
    name = type(name) == "string" and name or "expr"
    text = text == "" and name or text .. "_" .. name
    if #text >= LIMIT + 1 then
      break
    end
  end
  return clip(text, math.min(#text, LIMIT))
end

---What PostgreSQL calls a constraint that has no name.
---@param constraint table   with kind and columns; a check: with the only column that it mentions, or without
---@return string
function names.postgresql(table_name, constraint)
  local kind = constraint.kind
  if kind == "primary_key" then
    return names.object(table_name, nil, "pkey")
  end
  local columns = constraint.columns
  return names.object(table_name, columns and #columns > 0 and joined(columns) or nil, labels[kind])
end

return names
