--- busted's own report, and then one line that counts: `N passed, N failed`.
---
--- A pending spec and a run that finds no spec count as failures: nothing is skipped silently.
return function(options)
  local busted = require("busted")
  local handler =
    require("busted.outputHandlers." .. (options.defaultOutput or "plainTerminal"))(options)

  busted.subscribe({ "exit" }, function()
    local passed = handler.successesCount
    local failed = handler.failuresCount + handler.errorsCount + handler.pendingsCount
    if passed + failed == 0 then
      io.write("no spec was found\n")
      failed = 1
    end
    io.write(("%d passed, %d failed\n"):format(passed, failed))
    io.flush()
    os.exit(failed == 0 and 0 or 1, true)
  end)

  return handler
end
