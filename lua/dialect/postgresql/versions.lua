--- What a server is too old for is said before any SQL. Nothing is refused offline: no server is known there.
--- Source: PostgreSQL manual, appendix E, "Release Notes"; 13 is the oldest that neap knows.

local errors = require("neap.errors")

local versions = {}

---@param run Run
---@param major integer    the first PostgreSQL that has it
---@param what string      'option "concurrently" of a detach'
---@param instead string?  the way out on an older one
function versions.need(run, major, what, instead)
  local version = run.server_version and run.server_version()
  if version and version < major * 10000 then
    errors.usage(
      "%s needs PostgreSQL %d, and this server is %d%s",
      what,
      major,
      version // 10000,
      instead and ": " .. instead or ""
    )
  end
end

return versions
