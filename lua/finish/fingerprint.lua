--- upgrade --fingerprint: the last revision may only end in the state that schema.lock has for it.

local errors = require("neap.errors")

local finisher = {}

---@param pipe Pipe
function finisher.wanted(pipe)
  return pipe.run.must_end_in ~= nil
end

---@param pipe Pipe
function finisher.run(pipe)
  local run = pipe.run
  local state = require("neap.model.state")(run)
  if state.hash ~= run.must_end_in then
    errors.raise(
      "mismatch",
      ("this would not end in the state that schema.lock has for it: %s instead of %s"):format(
        state.hash:sub(1, 12),
        run.must_end_in:sub(1, 12)
      ),
      { at = run.source().at },
      {
        advice = "The database, or what the revisions do, is not what it was when the lock was written. "
          .. "See `neap verify`; without --fingerprint the run goes through.",
      }
    )
  end
end

return finisher
