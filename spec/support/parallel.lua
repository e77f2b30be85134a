--- Spec files in several processes: each worker takes the file that is expected to last longest of those left.
---
--- The first worker has the server that is there, the others have each one of their own: roles belong to a whole
--- server, and specs look at what else is connected. How long a file took stands in BUILD/spec-times, for the next run.
local parallel = {}

local WORTH_MS = 15000 -- less does not repay the start of a server
local UNKNOWN_MS = 4000

local function quote(word)
  return "'" .. word:gsub("'", "'\\''") .. "'"
end

local function lines_of(command)
  local pipe, lines = assert(io.popen(command)), {}
  for line in pipe:lines() do
    lines[#lines + 1] = line
  end
  return pipe:close() and lines or nil
end

local function times_path()
  return (os.getenv("NEAP_BUILD") or "build") .. "/spec-times"
end

-- Milliseconds by path.
local function read_times()
  local times, file = {}, io.open(times_path())
  if file then
    for line in file:lines() do
      local ms, path = line:match("^(%d+) (.+)$")
      times[path or ""] = tonumber(ms)
    end
    file:close()
  end
  return times
end

local function write_times(times)
  local file = io.open(times_path() .. ".new", "w")
  if file then
    for path, ms in pairs(times) do
      file:write(("%d %s\n"):format(ms, path))
    end
    file:close()
    os.rename(times_path() .. ".new", times_path())
  end
end

--- The spec files of these paths, the longest first; nil when one process does as well.
---@param paths string[]
---@param jobs integer
function parallel.plan(paths, jobs)
  -- Another server than cluster.sh's is the only one of its kind.
  if jobs < 2 or not os.getenv("NEAP_TEST_CLUSTER") then
    return nil
  end
  local words = {}
  for i, path in ipairs(paths) do
    if path:sub(1, 1) == "-" then
      return nil -- busted's options are for one run of busted
    end
    words[i] = quote(path)
  end
  local except = os.getenv("NEAP_TEST_DATA") and "" or " ! -name real_data_spec.lua"
  local files = lines_of(
    ("find %s -type f -name '*_spec.lua'%s | LC_ALL=C sort -u"):format(
      table.concat(words, " "),
      except
    )
  )
  if not files or #files < 2 then
    return nil
  end
  local times, sum = read_times(), 0
  for _, path in ipairs(files) do
    times[path] = times[path] or UNKNOWN_MS
    sum = sum + times[path]
  end
  table.sort(files, function(a, b)
    if times[a] ~= times[b] then
      return times[a] > times[b]
    end
    return a < b
  end)
  return sum >= WORTH_MS and files or nil
end

-- The tick ends the workers when nobody reads it any more, however we came to an end. A shell's background job
-- ignores Ctrl-C unless told.
local WORKERS = [[
pids=
for command in "" %s; do
  env --default-signal=INT,QUIT $command spec/support/worker.sh %s %s &
  pids="$pids $!"
done
trap 'kill $pids; rm -rf %s; exit 130' INT TERM HUP
{
  trap '' PIPE
  while sleep 1 >/dev/null && echo; do :; done
  kill $pids
  rm -rf %s
} 2>/dev/null &
tick=$!
wait $pids
kill $tick 2>/dev/null
]]

-- Starts the workers; what they print comes through the pipe.
local function start(directory, jobs)
  local binary = assert(lines_of("readlink /proc/$PPID/exe"))[1]
  local others = ("spec/support/cluster.sh "):rep(jobs - 1)
  return assert(io.popen(WORKERS:format(others, quote(binary), directory, directory, directory)))
end

local function read(path)
  local file = io.open(path)
  local text = file and file:read("a") or ""
  if file then
    file:close()
  end
  return text
end

-- What specs have printed between busted's signs, as lines.
local function remarks(output)
  local found = {}
  for line in output:gmatch("[^\n]+") do
    local text = line:gsub("^[+%-]+", "")
    if
      text ~= ""
      and not text:find("^%d+ successes /")
      and not text:find("^%d+ passed, %d+ failed$")
    then
      found[#found + 1] = "    " .. text
    end
  end
  return #found > 0 and table.concat(found, "\n") .. "\n" or ""
end

-- How many specs of a file passed and failed; a process that ended badly counts as one.
local function result_of(output, status)
  local passed, failed = output:match("(%d+) passed, (%d+) failed\n$")
  passed, failed = tonumber(passed) or 0, tonumber(failed) or 1
  return passed, status ~= "0" and failed == 0 and 1 or failed
end

local function report(path, output, passed, failed, ms)
  local mark = failed > 0 and (", %d failed"):format(failed) or ""
  io.write(("%4d passed%s  %s  %.1f s\n"):format(passed, mark, path, ms / 1000))
  io.write(failed == 0 and remarks(output) or output .. "\n")
  io.flush()
end

--- Runs the files and prints what they print: of a file that passes in a few lines, of any other all.
---@param files string[]
---@param jobs integer
---@return integer passed, integer failed
function parallel.run(files, jobs)
  local directory =
    assert(lines_of("d=$(mktemp -d /tmp/neap-specs.XXXXXX) && chmod a+x $d && echo $d"))[1]
  local list = assert(io.open(directory .. "/files", "w"))
  list:write(table.concat(files, "\n"), "\n")
  list:close()
  local times, passed, failed, failures, left = read_times(), 0, 0, {}, #files
  local workers = start(directory, math.min(jobs, #files))
  for line in workers:lines() do
    local number, status, ms = line:match("^(%d+) (%d+) (%d+)$")
    if number then
      local path, output = files[tonumber(number)], read(directory .. "/" .. number .. "/output")
      local good, bad = result_of(output, status)
      report(path, output, good, bad, ms)
      if bad > 0 then
        failures[#failures + 1] = ("failed: %s, status %s\n"):format(path, status)
      end
      left, passed, failed, times[path] = left - 1, passed + good, failed + bad, tonumber(ms)
    end
  end
  workers:close()
  os.execute("rm -rf " .. directory)
  io.write(table.concat(failures))
  if left > 0 then
    io.write(("%d of %d spec files have not come to an end\n"):format(left, #files))
  end
  write_times(times)
  return passed, failed + left
end

return parallel
