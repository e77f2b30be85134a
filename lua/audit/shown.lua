--- What the audit commands print, and their documents.

local shown = {}

---One line that a terminal takes as text.
---@param text string
---@param limit integer?  bytes
function shown.line(text, limit)
  text = text:gsub("%s+", " "):gsub("^ ", ""):gsub(" $", "")
  if limit and #text > limit then
    local cut = utf8.offset(text, 0, limit) or limit
    text = text:sub(1, cut - 1) .. "..."
  end
  return (
    text
      :gsub("%c", function(c)
        return ("\\x%02X"):format(c:byte())
      end)
      :gsub("\xC2[\x80-\x9F]", function(c)
        return ("\\x%02X"):format(c:byte(2))
      end)
      :gsub("\xE2\x80[\xAA-\xAE]", "?")
      :gsub("\xE2\x81[\xA6-\xA9]", "?")
  )
end

---"2026-11-22T06:50:00.123456Z" -> "2026-11-22 06:50:00"; all times are UTC.
function shown.time(started)
  return started and (started:gsub("T", " "):gsub("%..*$", ""):gsub("Z$", "")) or "-"
end

-- "alter column public.account.email (type)"
function shown.change(change)
  local name = table.concat(change.name, ".")
  local text = ("%s %s %s"):format(change.verb, change.kind:gsub("_", " "), name)
  if change.to then
    text = text .. " to " .. table.concat(change.to, ".")
  elseif change.schema then
    text = text .. " to schema " .. change.schema
  elseif change.what and change.what ~= "" then
    text = ("%s (%s)"):format(text, change.what)
  end
  return text
end

local function by_whom(event)
  local user = event.user or "-"
  if event.application then
    return ("%s, %s"):format(user, event.application)
  end
  return event.host and ("%s@%s"):format(user, event.host) or user
end

local INDENT = (" "):rep(12)

local function event_lines(lines, label, event)
  local words = {
    shown.time(event.started),
    event.revision or "outside neap",
    shown.line(by_whom(event)),
    event.message and shown.line(event.message),
  }
  lines[#lines + 1] = ("  %-9s %s"):format(label, table.concat(words, "  "))
  local place = event.at and "  at " .. shown.line(event.at) or ""
  local via = event.via and " via " .. shown.line(event.via) or ""
  lines[#lines + 1] = INDENT .. shown.line(event.change) .. place .. via
  if event.statement then
    lines[#lines + 1] = INDENT .. shown.line(event.statement, 160)
  end
end

local function title(object)
  local on_table = object.kind == "index" and object.table
  local parts = { object.schema or false, not on_table and object.table or false, object.name }
  local name = {}
  for _, part in ipairs(parts) do
    name[#name + 1] = part or nil
  end
  local text = object.kind:gsub("_", " ") .. " " .. table.concat(name, ".")
  text = text .. (object.arguments or "")
  return on_table and text .. " on " .. on_table or text
end

local function object_lines(lines, object, options)
  lines[#lines + 1] = shown.line(title(object))
  if #object.changes == 0 then
    lines[#lines + 1] = "  it is there, and no revision made it"
    if options.stamped then
      lines[#lines + 1] = ("  (stamped at %s: what was there before is not in the history)"):format(
        shown.time(options.stamped)
      )
    elseif options.silent > 0 then
      lines[#lines + 1] = ("  (%d of %d applied revisions come from scripts or an earlier neap, which recorded no objects)"):format(
        options.silent,
        options.revisions
      )
    elseif options.journal == "absent" then
      lines[#lines + 1] = "  (`neap journal install` records what is done outside neap from now on)"
    end
    return
  end
  if object.with_table then
    lines[#lines + 1] = "  it came with its table"
      .. (object.last_changed and ", or with a change of it that gave it no name" or "")
  end
  if not object.created then
    lines[#lines + 1] = "  created   before the history begins, or outside neap"
  end
  if options.all then
    for _, event in ipairs(object.changes) do
      event_lines(lines, event.change:match("^%l+"), event)
    end
  else
    if object.created then
      event_lines(lines, "created", object.created)
    end
    if object.last_changed then
      event_lines(lines, "changed", object.last_changed)
    end
  end
  if #object.former_names > 0 then
    lines[#lines + 1] = "  formerly  " .. shown.line(table.concat(object.former_names, ", "))
  end
  if object.dropped then
    event_lines(lines, "dropped", object.dropped)
  elseif not object.exists then
    lines[#lines + 1] =
      "  it is not there any more: it was dropped outside neap, or along with something else"
  end
end

---@param run Run
---@param objects table[]
function shown.blame(run, objects, options)
  local lines = {}
  for i, object in ipairs(objects) do
    if i > 1 then
      lines[#lines + 1] = ""
    end
    object_lines(lines, object, options)
    run.array(object.changes)
    run.array(object.former_names)
  end
  return { status = 0, text = table.concat(lines, "\n") .. "\n", document = { objects = objects } }
end

return shown
