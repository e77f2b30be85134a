local revisions = require("neap.revisions")
local support = require("spec.support")

local function write(dir, name, id, down)
  local text = ('revision = "%s"\ndown_revision = %s\n'):format(
    id,
    down and '"' .. down .. '"' or "nil"
  )
  support.write(dir .. "/" .. name, text)
end

local function shell(command, ...)
  assert(os.execute(command:format(...)))
end

describe("the directories of revisions", function()
  local dir
  before_each(function()
    dir = support.tempdir()
  end)

  local function failure()
    local graph, err = revisions.load({ dir })
    assert.is_nil(graph)
    assert.equal("usage", err.kind)
    return (err.message:gsub(dir:gsub("%p", "%%%0"), "DIR", 1))
  end

  it("are read in the order listed, then by file name, bytewise", function()
    local other = support.tempdir()
    write(dir, "b.lua", "2")
    write(dir, "B.lua", "1")
    write(dir, "a\u{e9}.lua", "4")
    write(dir, "az.lua", "3")
    write(other, "a.lua", "0")
    local paths = {}
    for _, revision in ipairs(assert(revisions.load({ dir, other })):list()) do
      paths[#paths + 1] = revision.path
    end
    assert.same({
      dir .. "/B.lua",
      dir .. "/az.lua",
      dir .. "/a\u{e9}.lua",
      dir .. "/b.lua",
      other .. "/a.lua",
    }, paths)
  end)

  it("may be empty", function()
    local graph = assert(revisions.load({ dir }))
    assert.same({}, graph:list())
    assert.same({}, graph:heads())
    assert.same({}, graph:resolve("head"))
    assert.equal(0, #graph:upgrade({}, "head"))
  end)

  it("give regular *.lua files only", function()
    write(dir, "a.lua", "a")
    support.write(dir .. "/README", "x")
    support.write(dir .. "/b.lua.orig", "x")
    support.write(dir .. "/.hidden.lua", "x")
    shell("ln -s nowhere '%s/.#a.lua'", dir)
    shell("mkdir '%s/c.lua'", dir)
    assert.equal(1, #assert(revisions.load({ dir })):list())
  end)

  it("may hold links to regular files and to directories", function()
    local other = support.tempdir()
    write(other, "target", "a")
    shell("ln -s '%s/target' '%s/a.lua'", other, dir)
    shell("ln -s '%s' '%s/d.lua'", other, dir)
    local list = assert(revisions.load({ dir })):list()
    assert.equal(1, #list)
    assert.equal(dir .. "/a.lua", list[1].path)
  end)

  it("must exist", function()
    dir = dir .. "/none"
    assert.equal("cannot read the directory of revisions DIR: No such file or directory", failure())
  end)

  it("are read once, under whatever name", function()
    write(dir, "a.lua", "a")
    assert.equal(1, #assert(revisions.load({ dir, dir .. "/." })):list())
  end)

  it("refuse a FIFO", function()
    shell("mkfifo '%s/a.lua'", dir)
    assert.equal("cannot read DIR/a.lua: it is a FIFO, not a regular file", failure())
  end)

  it("refuse a dangling link", function()
    shell("ln -s nowhere '%s/a.lua'", dir)
    assert.equal("cannot read DIR/a.lua: it is a link to a file that does not exist", failure())
  end)

  it("refuse an unreadable file", function()
    shell("ln -s a.lua '%s/a.lua'", dir)
    assert.equal("cannot read DIR/a.lua: Too many levels of symbolic links", failure())
  end)

  it("name the first bad file, in file order, whichever thread found it", function()
    for i = 1, 500 do
      write(dir, ("%03d.lua"):format(i), "r" .. i, i > 1 and "r" .. i - 1 or nil)
    end
    assert.equal(500, #assert(revisions.load({ dir })):list())
    support.write(dir .. "/400.lua", "")
    assert.equal('there is no revision id: the header has no `revision = "..."`', failure())
    local _, err = revisions.load({ dir })
    assert.equal(dir .. "/400.lua", err.at)
    support.write(dir .. "/100.lua", "revision = 5")
    _, err = revisions.load({ dir })
    assert.equal(dir .. "/100.lua:1", err.at)
  end)

  it("may hold files larger than the buffer, and empty ones are errors", function()
    support.write(
      dir .. "/a.lua",
      'revision = "a"\n' .. ("-- x\n"):rep(40000) .. "function upgrade() end\n"
    )
    assert.is_true(assert(revisions.load({ dir })):list()[1].has_upgrade)
    support.write(dir .. "/b.lua", "")
    assert.equal('there is no revision id: the header has no `revision = "..."`', failure())
  end)
end)
