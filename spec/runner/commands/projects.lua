--- Small projects for the specs of commands, by the shape of their graph.
local support = require("spec.support")

local projects = {}

--- The text of a revision that creates a table of its own name.
---@param id string
---@param down string|string[]|nil
---@param fields table|nil  message, labels, depends, upgrade, downgrade (Lua), header (more lines)
function projects.revision(id, down, fields)
  fields = fields or {}
  local function value(v)
    if type(v) == "table" then
      local quoted = {}
      for i, item in ipairs(v) do
        quoted[i] = ("%q"):format(item)
      end
      return "{ " .. table.concat(quoted, ", ") .. " }"
    end
    return v and ("%q"):format(v) or "nil"
  end
  local lines = {
    "--- " .. (fields.message or ("revision " .. id)),
    "",
    "revision = " .. value(id),
    "down_revision = " .. value(down),
  }
  if fields.labels then
    table.insert(lines, "branch_labels = " .. value(fields.labels))
  end
  if fields.depends then
    table.insert(lines, "depends_on = " .. value(fields.depends))
  end
  table.insert(lines, fields.header or "")
  local up = fields.upgrade or ('op.execute("CREATE TABLE t_%s (x integer)")'):format(id)
  local undo = fields.downgrade or ('op.execute("DROP TABLE t_%s")'):format(id)
  table.insert(lines, ("function upgrade()\n  %s\nend\n"):format(up))
  if fields.downgrade ~= false then
    table.insert(lines, ("function downgrade()\n  %s\nend\n"):format(undo))
  end
  return table.concat(lines, "\n")
end

--- A directory with these revisions; each is { id, down, fields }. Files are named NUMBER_ID.lua.
function projects.make(revisions, files)
  local all = {}
  for path, text in pairs(files or {}) do
    all[path] = text
  end
  for number, entry in ipairs(revisions) do
    local path = ("migrations/%02d_%s.lua"):format(number, entry[1])
    all[path] = projects.revision(entry[1], entry[2], entry[3])
  end
  return support.project(all)
end

--- aa01 - bb02 - cc03
function projects.line(files)
  return projects.make({ { "aa01" }, { "bb02", "aa01" }, { "cc03", "bb02" } }, files)
end

--- aa01 - bb02 - cc03 and aa01 - dd04 (label billing) - ee05: two heads
function projects.branches(files)
  return projects.make({
    { "aa01", nil, { message = "create account" } },
    { "bb02", "aa01", { message = "add email" } },
    { "cc03", "bb02", { message = "add phone" } },
    { "dd04", "aa01", { message = "start billing", labels = "billing" } },
    { "ee05", "dd04", { message = "add invoice" } },
  }, files)
end

--- The same, joined by ff06.
function projects.merged()
  return projects.make({
    { "aa01", nil, { message = "create account" } },
    { "bb02", "aa01", { message = "add email" } },
    { "cc03", "bb02", { message = "add phone" } },
    { "dd04", "aa01", { message = "start billing", labels = "billing" } },
    { "ee05", "dd04", { message = "add invoice" } },
    { "ff06", { "cc03", "ee05" }, { message = "merge billing" } },
  })
end

--- Runs neap in dir; words after it.
function projects.neap(dir, ...)
  return support.run({ "neap", ... }, { cwd = dir })
end

--- Runs neap in dir, which must succeed; returns stdout and stderr.
function projects.must(dir, ...)
  return support.must({ "neap", ... }, { cwd = dir })
end

--- The one JSON document that neap prints.
function projects.json(dir, ...)
  local text = projects.must(dir, "--format", "json", ...)
  return projects.decode(text)
end

function projects.decode(text)
  local value, position, message = require("dkjson").decode(text, 1, nil)
  assert(not message, message)
  assert(text:sub(position):match("^%s*$"), "more than one document: " .. text)
  return value
end

--- One value per line.
function projects.decode_lines(text)
  local values = {}
  for line in text:gmatch("[^\n]+") do
    table.insert(values, projects.decode(line))
  end
  return values
end

return projects
