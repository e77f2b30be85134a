--- What a DO block or a function did is in none of the statements that neap sends. When a revision has run one, the
--- catalog is asked what the transaction has made and changed, and that is noted for the history (PostgreSQL). What was
--- dropped has left no trace there, and what ran outside a transaction is not this transaction's. Where several
--- revisions share one it cannot be said whose it is.

local sql = require("neap.sql")

local unread = {}

local SOURCE = { at = "what a block or function did" }

---@param pipe Pipe
function unread.wanted(pipe)
  local session = pipe.run.session
  return pipe.run.dialect == "postgresql"
    and not pipe.run.offline
    and not pipe.run.shared
    and session:in_transaction()
    and session:changes():find(" run ", pipe.read_to or 1, true) ~= nil
end

local function word(text)
  return (text:gsub("[%c%s%%.,=@]", function(char)
    return ("%%%02X"):format(char:byte())
  end))
end

local function name_of(row)
  local parts = {}
  for _, part in ipairs({ row.schema or false, row.owner or false, row.name }) do
    parts[#parts + 1] = part and word(part) or nil
  end
  return table.concat(parts, ".")
end

-- What the statements have told: by kind, then by the last parts of the name.
local function told(changes)
  local set = {}
  for _, change in ipairs(changes) do
    if change.name and #change.name > 0 then
      for _, name in ipairs({ change.name, change.to }) do
        set[name[#name]] = true
      end
      for _, list in ipairs({ change.columns or {}, change.constraints or {} }) do
        for _, part in ipairs(list) do
          set[part] = true
        end
      end
    end
  end
  return set
end

local function line(place, row)
  local fields = { row.made and "create" or "alter", row.kind, name_of(row) }
  if row.args then
    fields[#fields + 1] = "args=" .. word(row.args)
  end
  if row.on_table then
    fields[#fields + 1] = "table=" .. word(row.schema) .. "." .. word(row.on_table)
  end
  -- Perhaps no more than changed: then it was there.
  fields[#fields + 1] = row.made and "replace=" or "what=in%20a%20block"
  return place .. " " .. table.concat(fields, " ") .. "\n"
end

-- Where the only one of them stands.
local function place_of(changes)
  local place
  for _, change in ipairs(changes) do
    if change.verb == "run" then
      place = place and "-" or change.place
    end
  end
  return place
end

---@param pipe Pipe
function unread.run(pipe)
  local session = pipe.run.session
  local text = session:changes()
  local own = pipe.run.config and pipe.run.config.version_table or "neap_version"
  local place = place_of(sql.read_changes(text:sub(pipe.read_to or 1)))
  local known = told(sql.read_changes(text))
  local query = require("neap.dialect.postgresql.made").of_transaction()
  local lines = {}
  for _, row in ipairs(session:query(query, nil, SOURCE)) do
    local table_name = row.owner or row.on_table or row.name
    local is_own = table_name:match("^neap_") or table_name == own
    if not is_own and not known[row.name] and not (row.kind == "table" and not row.made) then
      lines[#lines + 1] = line(place, row)
    end
  end
  session:note(table.concat(lines))
  pipe.read_to = #session:changes() + 1
end

return unread
