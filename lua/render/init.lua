--- Operations as the Lua source of a revision's function or of a model.

local calls = require("neap.render.calls")
local document = require("neap.render.document")
local elements = require("neap.render.elements")
local values = require("neap.render.values")

local render = {}

local lines_of

local function add_comment(lines, indent, note)
  for _, text in ipairs(type(note) == "table" and note or { note }) do
    for line in (text .. "\n"):gmatch("([^\n]*)\n") do
      lines[#lines + 1] = indent .. "-- " .. line
    end
  end
end

local function block(lines, indent, head, operations, state, prefix)
  lines[#lines + 1] = indent .. head .. "function(" .. (prefix and "batch" or "") .. ")"
  lines_of(lines, operations, state, indent .. "  ", prefix)
  lines[#lines + 1] = indent .. "end)"
end

local blocks = {}

function blocks.commit(lines, indent)
  lines[#lines + 1] = indent .. "op.commit()"
end

function blocks.with_dependents(lines, indent, operation, state)
  local apart = elements.has_dot(operation.schema)
  local schema = not apart and operation.schema or nil
  local name = values.string(elements.qualified(state, schema, operation.table))
  block(lines, indent, "op.with_dependents(" .. name .. ", ", operation.operations, state)
  if apart then
    lines[#lines] = ("%send, { schema = %s })"):format(indent, values.string(operation.schema))
  end
end

-- { } or the options of a batch.
local function batch_options(operation, state)
  local fields = {}
  if operation.copy_from then
    local list = {}
    for i, element in ipairs(operation.copy_from) do
      list[i] = elements.render(element, state)
    end
    local flags = {}
    for _, name in ipairs({ "strict", "without_rowid" }) do
      flags[#flags + 1] = operation.copy_from[name] and { name, "true" } or nil
    end
    fields[1] = { "copy_from", document.table(list, flags) }
  end
  if operation.definition then
    fields[#fields + 1] = { "definition", values.string(operation.definition) }
  end
  if operation.recreate then
    fields[#fields + 1] = { "recreate", values.string(operation.recreate) }
  end
  return document.table({}, fields)
end

function blocks.batch_alter_table(lines, indent, operation, state)
  local name = values.string(elements.qualified(state, operation.schema, operation.table))
  local shown = document.write(batch_options(operation, state), indent):sub(#indent + 1)
  if operation.definition then
    lines[#lines + 1] = indent .. ("op.batch_alter_table(%s, %s)"):format(name, shown)
    return
  end
  local head = ("op.batch_alter_table(%s, %s, "):format(name, shown)
  block(lines, indent, head, operation.operations, state, "batch.")
end

function lines_of(lines, operations, state, indent, prefix)
  local before
  for _, operation in ipairs(operations) do
    local first = #lines + 1
    if operation.note then
      add_comment(lines, indent, operation.note)
    end
    if blocks[operation.kind] then
      blocks[operation.kind](lines, indent, operation, state)
    else
      lines[#lines + 1] = document.write(calls.render(operation, state, prefix), indent)
    end
    local long = #lines > first or lines[first]:find("\n", 1, true)
    -- Models are read by people: a blank line between what takes several lines.
    if state.spaced and before ~= nil and (long or before) then
      table.insert(lines, first, "")
    end
    before = long and true or false
  end
end

---The lines of a function's body, or of a file.
---@param operations Operation[]
---@param opts { default_schema: string?, indent: string?, spaced: boolean? }?
---@return string
function render.lua(operations, opts)
  opts = opts or {}
  local lines = {}
  lines_of(lines, operations, opts, opts.indent or "")
  return #lines > 0 and table.concat(lines, "\n") .. "\n" or ""
end

return render
