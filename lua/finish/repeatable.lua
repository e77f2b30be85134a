--- What a revision has broken, and a repeatable file makes anew when all revisions are applied.

local sql = require("neap.sql")

local repeatable = {}

local function plain(text)
  return (text:gsub("\r\n", "\n"))
end

local routines = { ["function"] = true, procedure = true }

-- The files that make something of this name.
local function makers(files, dialect, wanted)
  local list = {}
  for _, file in ipairs(files) do
    file.objects = file.objects or sql.objects(file.sql, dialect)
    for _, object in ipairs(file.objects) do
      local same_kind = object.kind == wanted.kind
        or routines[object.kind] and routines[wanted.kind]
      if
        not object.drop
        and same_kind
        and object.name:lower() == wanted.name:lower()
        and (not object.schema or not wanted.schema or object.schema == wanted.schema)
      then
        list[#list + 1] = file
      end
    end
  end
  return list
end

---Takes out of a list what a file will replace: one that makes a thing of this name, and has another text for it than
---the one that is broken.
---@param run Run
---@param broken table[]  with made: { kind, schema?, name, text }
---@return table[] left, table[] waiting  those of waiting with the file's path
function repeatable.sort_out(run, broken)
  local directories = run.config and run.config.repeatable
  if not directories or #directories == 0 then
    return broken, {}
  end
  local files, left, waiting = run.repeatable_sql(), {}, {}
  for _, one in ipairs(broken) do
    local text, found = plain(one.made.text), nil
    for _, file in ipairs(makers(files, run.dialect, one.made)) do
      if not plain(file.sql):find(text, 1, true) then
        found = found or file
      end
    end
    if found then
      one.file = found.path
      waiting[#waiting + 1] = one
    else
      left[#left + 1] = one
    end
  end
  return left, waiting
end

return repeatable
