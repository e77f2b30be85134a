--- After a revision's function has returned, before its COMMIT: what neap adds by itself. What a finisher sends goes
--- through the pipe like the revision's own operations, so it is journalled and scripted as they are.

-- In this order. Each is a module with `wanted(pipe)`, which costs next to nothing, and `run(pipe)`.
local finishers =
  { "neap.finish.unread", "neap.finish.policy", "neap.finish.gate", "neap.finish.fingerprint" }

---@param pipe Pipe
return function(pipe)
  if #pipe.operations == 0 and not pipe.run.must_end_in then
    return
  end
  for i = 1, #finishers do
    local finisher = require(finishers[i])
    if finisher.wanted(pipe) then
      finisher.run(pipe)
    end
  end
end
