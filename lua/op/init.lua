--- `op`, the vocabulary of revisions. A directive builds a plain operation and sends it down the pipe:
--- the dialect compiles it to statements, the session executes or prints them.

local directives = require("neap.directives")
local errors = require("neap.errors")
local pipes = require("neap.op.pipe")

local op = {}

local function build_and_compile(pipe, build, source, ...)
  local operation = build(...)
  operation.source = source
  if pipe.recording then
    return nil, operation
  end
  return pipe.compile(operation, pipe.run), operation
end

-- op:drop_table("t") passes op itself, in front.
local function refuse_colon(pipe, label, source)
  local message = ("%s is called with a dot, not with a colon"):format(label)
  errors.raise("usage", message, source or pipe.run.source())
end

local function operation_directive(pipe, name, build, api)
  local run, label = pipe.run, "op." .. name
  return function(...)
    local source = run.source()
    if (...) == api then
      refuse_colon(pipe, label, source)
    end
    if pipe.group then
      pipe:refuse_in_group(label, source)
    end
    local ok, statements, operation = pcall(build_and_compile, pipe, build, source, ...)
    if not ok then
      pipe:fail(label, statements, source)
    elseif not statements then
      return pipe:record(operation)
    end
    pipe.operations[#pipe.operations + 1] = operation
    pipe:send_all(statements, source)
    if operation.kind == "set_role" then
      pipe:note(operation)
    end
  end
end

local function element_directive(pipe, name, build, api)
  local label = "op." .. name
  return function(...)
    if (...) == api then
      refuse_colon(pipe, label)
    end
    local ok, element = pcall(build, ...)
    if not ok then
      pipe:fail(label, element)
    end
    return element
  end
end

local function control_directive(pipe, name, control, api)
  local label = "op." .. name
  return function(...)
    if (...) == api then
      refuse_colon(pipe, label)
    end
    if pipe.recording then
      pipe:refuse_unrecorded(name, label)
    end
    if pipe.group then
      pipe:refuse_in_group(label)
    end
    return control(pipe, api, ...)
  end
end

local makers = {
  { names = directives.operations, make = operation_directive },
  { names = directives.elements, make = element_directive },
  { names = directives.controls, make = control_directive },
}

local function directive(pipe, api, name)
  for i = 1, #makers do
    local family = makers[i].names[name]
    if family then
      return makers[i].make(pipe, name, require("neap.op." .. family)[name], api)
    end
  end
  local source = pipe.run.source()
  errors.raise(
    "usage",
    ('op has no "%s"%s'):format(tostring(name), errors.hint(name, directives.all)),
    source
  )
end

---A fresh op for one run of a revision, or of a model, whose operations are only written down.
---@param run table        made by the host; see docs of `Run` in neap.dialect
---@param model Item[]?    what the model says goes here
---@return table op
---@return Pipe
function op.new(run, model)
  local pipe = pipes.new(run)
  pipe.recording, pipe.model = model, model ~= nil
  local api = { null = run.null, dialect = run.dialect, offline = run.offline and true or false }
  setmetatable(api, {
    __name = "op",
    __index = function(self, name)
      local made = directive(pipe, api, name)
      rawset(self, name, made)
      return made
    end,
  })
  return api, pipe
end

return op
