--- Runs specs inside our binary: `build/neap lua spec/run.lua [busted's options] [paths]`.
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

-- Real data is somebody else's: make test-real says where it lies.
if not os.getenv("NEAP_TEST_DATA") then
  table.insert(arg, 1, "--exclude-pattern=real_data_spec")
end
table.insert(arg, 1, "--output=spec/support/output.lua")
require("busted.runner")({ standalone = false })
