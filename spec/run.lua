--- Runs specs inside our binary: `build/neap lua spec/run.lua [busted's options] [paths]`.
---
--- Many files run in several processes (support/parallel.lua): JOBS=N says in how many, by default in as many as there
--- are processors, at most four. JOBS=1, few files or an option of busted's: all in this one.
---
--- So specs see the C modules and the embedded Lua, and the sanitizers see everything.
--- busted comes from Debian's lua-busted, whose modules lie in /usr/share/lua/5.4.
package.path = "./?.lua;./?/init.lua;/usr/share/lua/5.4/?.lua;/usr/share/lua/5.4/?/init.lua"
local machine = io.popen("uname -m"):read("l")
package.cpath = ("/usr/lib/%s-linux-gnu/lua/5.4/?.so"):format(machine)

if not pcall(require, "busted.runner") then
  io.stderr:write("busted is not installed: `make test` installs it (Debian's lua-busted)\n")
  os.exit(1)
end

local parallel = require("spec.support.parallel")
local jobs = tonumber(os.getenv("JOBS")) or math.min(4, tonumber(io.popen("nproc"):read("l")) or 1)
local files = parallel.plan(#arg > 0 and arg or { "spec" }, jobs)
if files then
  local passed, failed = parallel.run(files, jobs)
  io.write(("%d passed, %d failed\n"):format(passed, failed))
  os.exit(failed == 0 and 0 or 1, true)
end

-- Real data is somebody else's: make test-real says where it lies.
if not os.getenv("NEAP_TEST_DATA") then
  table.insert(arg, 1, "--exclude-pattern=real_data_spec")
end
table.insert(arg, 1, "--output=spec/support/output.lua")
require("busted.runner")({ standalone = false })
