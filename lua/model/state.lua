--- The state that a database is in: what it holds of what neap.lua wants looked at, as a fingerprint.

local fingerprint = require("neap.schema.fingerprint")
local project = require("neap.model.project")
local reflect = require("neap.reflect")

---@param run Run
---@return Fingerprint
return function(run)
  return fingerprint.of(project.filter(run, reflect.snapshot(run)))
end
