--- The fingerprint of the database, for the engine: after a run, and when it is verified.

return function(run)
  local state = require("neap.model.state")(run)
  return { value = { hash = state.hash, text = state.text } }
end
