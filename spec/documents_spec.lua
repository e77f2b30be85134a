--- The documents agree with the sources: links lead somewhere, the guide's contents are its headings, and nothing that
--- neap.lua may hold or neap may exit with is left out.
local support = require("spec.support")

local documents =
  { "README.md", "CONTRIBUTING.md", "docs/guide.md", "docs/op.md", "bench/README.md" }

local function read(path)
  return assert(support.read(path), path)
end

-- GitHub's name of a heading.
local function anchor(heading)
  return (heading:lower():gsub("[^%w%-_ ]", ""):gsub(" ", "-"))
end

local function headings(text)
  local list, known, fenced = {}, {}, false
  for line in text:gmatch("[^\n]*") do
    if line:find("^```") then
      fenced = not fenced
    end
    local marks, heading = line:match("^(#+) (.+)$")
    if heading and not fenced then
      known[anchor(heading)] = true
      if marks == "##" then
        table.insert(list, heading)
      end
    end
  end
  return list, known
end

local function folder_of(path)
  return path:match("^(.*/)[^/]*$") or ""
end

-- "docs/../README.md" -> "README.md"
local function resolved(path)
  local plain = path:gsub("[^/]+/%.%./", "")
  return plain
end

describe("documents", function()
  it("have links that lead somewhere", function()
    local wrong, count = {}, 0
    for _, document in ipairs(documents) do
      local text = read(document)
      for target in text:gmatch("%]%(([^%s)]+)%)") do
        if not target:find("^%a+:") then
          count = count + 1
          local path, name = target:match("^([^#]*)#?(.*)$")
          path = path == "" and document or resolved(folder_of(document) .. path)
          local there = support.read(path)
          local _, known = headings(there or "")
          if not there or (name ~= "" and not known[name]) then
            table.insert(wrong, document .. ": " .. target)
          end
        end
      end
    end
    assert.same({}, wrong)
    assert.is_true(count > 20)
  end)

  it("the guide's contents are its headings, in their order", function()
    local text = read("docs/guide.md")
    local contents = {}
    for name in text:gmatch("\n%- %[([^%]]+)%]%(#[^)]+%)") do
      table.insert(contents, name)
    end
    assert.same(headings(text), contents)
  end)

  it("the guide has every key of neap.lua", function()
    local guide = read("docs/guide.md")
    local count = 0
    for key in read("runner/host/config_keys.c"):gmatch('\n    {"([%w_]+)", KEY_') do
      count = count + 1
      assert(guide:find("| [^\n]*`" .. key .. "`[^\n|]* |"), "no row for " .. key)
    end
    assert.is_true(count > 25)
  end)

  it("the guide and the README have the same exit statuses", function()
    local function statuses(path)
      local rows = {}
      for status in read(path):gmatch("\n| ([%d, ]+) | ") do
        table.insert(rows, status)
      end
      return rows
    end
    assert.same(statuses("README.md"), statuses("docs/guide.md"))
    assert.same({ "0", "1", "2", "3", "4", "5", "6", "130, 143" }, statuses("README.md"))
  end)
end)
