--- What is made from the comments above the directives: help, docs/op.md, library/neap.lua.
local support = require("spec.support")

local function neap(...)
  return support.must({ "neap", ... })
end

local function names()
  local list = {}
  for name in pairs(require("neap.directives").all) do
    if name ~= "null" then
      list[#list + 1] = name
    end
  end
  table.sort(list)
  assert.is_true(#list > 70)
  return list
end

describe("the reference of op", function()
  it("is the one in docs/", function()
    assert.equal(support.read("docs/op.md"), neap("reference"), "run: make documents")
  end)

  it("has every directive, and no parameter that a revision does not give", function()
    local text = support.read("docs/op.md")
    for _, name in ipairs(names()) do
      assert.is_truthy(text:find("\n### `op." .. name .. "(", 1, true), name)
    end
    for _, inner in ipairs({ "(pipe", "(_", "(api", ", _" }) do
      assert.is_nil(text:find("### `op%.[%w_]+" .. inner:gsub("%p", "%%%0")), inner)
    end
  end)
end)

describe("the annotations for editors", function()
  it("are those in library/", function()
    assert.equal(
      support.read("library/neap.lua"),
      neap("reference", "annotations"),
      "run: make documents"
    )
  end)

  it("have the functions that op has", function()
    local env = {}
    local op = assert(load(support.read("library/neap.lua"), "@library/neap.lua", "t", env))()
    assert.equal(op, env.op)
    local found = {}
    for name, value in pairs(op) do
      assert.equal("function", type(value))
      found[#found + 1] = name
    end
    table.sort(found)
    assert.same(names(), found)
  end)

  it("explain every parameter of an operation, in its order", function()
    local directives = require("neap.directives")
    local text = support.read("library/neap.lua")
    local checked = 0
    for name, family in pairs(directives.operations) do
      local shown = text:match("\nfunction op%." .. name .. "%(([^)]*)%)")
      local build = require("neap.op." .. family)[name]
      local real = {}
      for i = 1, debug.getinfo(build, "u").nparams do
        real[i] = debug.getlocal(build, i)
      end
      assert.equal(table.concat(real, ", "), shown, name)
      checked = checked + 1
    end
    assert.is_true(checked > 50)
  end)

  it("are installed", function()
    local commands = support.must({ "make", "-n", "install", "DESTDIR=/d", "PREFIX=/p" })
    assert.is_truthy(commands:find("library/neap.lua /d/p/share/neap/library/neap.lua", 1, true))
  end)

  it("are mentioned where a project begins", function()
    local dir = support.tempdir()
    support.must({ "neap", "init" }, { cwd = dir })
    assert.is_truthy(support.read(dir .. "/neap.lua"):find("share/neap/library", 1, true))
  end)
end)

describe("help op", function()
  it("lists every directive under what it is about", function()
    local text = neap("help", "op")
    for _, name in ipairs(names()) do
      assert.is_truthy(text:find("\n  " .. name .. "\n", 1, true), name)
    end
    assert.matches("\nTables and columns:\n  create_table\n", text)
  end)

  it("shows what a revision gives, and nothing else", function()
    assert.matches("^op%.savepoint%(fn%)\n", neap("help", "op", "savepoint"))
    assert.matches("^op%.commit%(%)\n", neap("help", "op", "commit"))
    assert.matches("^op%.query%(sql, params%)\n", neap("help", "op", "query"))
    assert.matches("^op%.create_function%(sql, opts%)\n", neap("help", "op", "create_function"))
  end)
end)
