local revisions = require("neap.revisions")

local function read(text, path)
  return revisions.read(text, path or "migrations/20261122_1f2e_add_email.lua")
end

--- The revision of a good text.
local function good(text, path)
  local revision, failure = read(text, path)
  assert.is_nil(failure and failure.message)
  return revision
end

--- "message @ place" of a bad text.
local function bad(text)
  local revision, failure = read(text, "m/x.lua")
  assert.is_nil(revision)
  assert.equal("usage", failure.kind)
  return failure.message .. " @ " .. (failure.at or "")
end

local whole = [[
--- Add email to account, fixes #812536.

revision = "1f2e3d4c5b6a"
down_revision = "0a1b2c3d4e5f"        -- a string
branch_labels = { "billing" }
depends_on = { "9c8b7a6d5e4f", 'ext' }
transaction = true
created = "2026-11-22T06:50:00Z"

local permissions = require "permissions"

function upgrade()
  op.add_column("account", op.column("email", "text"))
end

function downgrade()
  op.drop_column("account", "email")
end
]]

describe("a revision's header", function()
  it("is read whole", function()
    assert.same({
      id = "1f2e3d4c5b6a",
      path = "migrations/x.lua",
      message = "Add email to account, fixes #812536.",
      created = "2026-11-22T06:50:00Z",
      down = { "0a1b2c3d4e5f" },
      labels = { "billing" },
      depends = { "9c8b7a6d5e4f", "ext" },
      transaction = true,
      stepwise = false,
      has_upgrade = true,
      has_downgrade = true,
      id_line = 3,
      down_line = 4,
      labels_line = 5,
      depends_line = 6,
    }, good(whole, "migrations/x.lua"))
  end)

  it("is the same with CRLF and a byte order mark", function()
    local expected = good(whole)
    assert.same(expected, good("\xEF\xBB\xBF" .. whole:gsub("\n", "\r\n")))
  end)

  it("needs no more than an id", function()
    local revision = good('revision = "a"')
    assert.equal("a", revision.id)
    assert.same({}, revision.down)
    assert.same({}, revision.labels)
    assert.same({}, revision.depends)
    assert.is_true(revision.transaction)
    assert.is_false(revision.has_upgrade)
    assert.is_false(revision.has_downgrade)
  end)

  it("takes a string, a list or nil for down_revision, branch_labels and depends_on", function()
    assert.same({ "a", "b" }, good('revision = "m" down_revision = { "a"; "b", }').down)
    assert.same({ "a" }, good('revision = "m" down_revision = "a"').down)
    assert.same({}, good('revision = "m" down_revision = nil').down)
    assert.same({}, good('revision = "m" down_revision = {}').down)
    assert.same({ "l" }, good('revision = "m" branch_labels = "l"').labels)
    assert.same({ "l" }, good('revision = "m" depends_on = "l"').depends)
  end)

  it("knows Lua's strings", function()
    for literal, value in pairs({
      ["'a'"] = "a",
      ['"a\\x62\\099\\u{64}"'] = "abcd",
      ['"a\\z  \n  b"'] = "ab",
      ["[[a]]"] = "a",
      ["[==[\na]==]"] = "a",
      ['"\\u{e9}"'] = "\u{e9}",
      ["'a\\'b'"] = "a'b",
    }) do
      assert.equal(value, good("revision = " .. literal).id, literal)
    end
  end)

  it(
    "may have its statements on one line, with semicolons, long comments and in any order",
    function()
      local revision =
        good('--[[ x ]] down_revision = "a"; --[==[\n]]\n]==] revision = "b";; transaction = false')
      assert.equal("b", revision.id)
      assert.same({ "a" }, revision.down)
      assert.is_false(revision.transaction)
      assert.is_true(revision.stepwise)
    end
  )

  for text, expected in pairs({
    [""] = 'there is no revision id: the header has no `revision = "..."` @ m/x.lua',
    ["function upgrade() end"] = 'there is no revision id: the header has no `revision = "..."` @ m/x.lua',
    ["\nrevision = 5"] = "revision must be a string, not 5LIT @ m/x.lua:2",
    ["revision = nil"] = "revision must be a string, not nilLIT @ m/x.lua:1",
    ["revision = name()"] = "revision must be a string, not nameLIT @ m/x.lua:1",
    ["revision ="] = "revision must be a string, not the end of the fileLIT @ m/x.lua:1",
    ['revision = "a" .. "b"'] = "the value of revision goes on with ..LIT @ m/x.lua:1",
    ['revision = "a", "b"'] = "the value of revision goes on with ,LIT @ m/x.lua:1",
    ['revision = "a" or "b"'] = "the value of revision goes on with orLIT @ m/x.lua:1",
    ['revision, down_revision = "a", "b"'] = "revision shares its assignment: one name per statement @ m/x.lua:1",
    ['revision = "a"\nrevision = "b"'] = "revision is assigned twice @ m/x.lua:2",
    ['revision = "a\nb"'] = 'revision must be a string, not "aLIT @ m/x.lua:1',
    ['revision = "\\q"'] = "revision holds a bad escape sequence @ m/x.lua:1",
    ['revision = "a\\0b"'] = "revision holds a NUL byte @ m/x.lua:1",
    ['revision = "a"\ndown_revision = { "b", 5 }'] = "LIST, not 5LIT @ m/x.lua:2",
    ['revision = "a"\ndown_revision = { [1] = "b" }'] = "LIST, not [LIT @ m/x.lua:2",
    ['revision = "a"\ndown_revision = { "b" "c" }'] = 'LIST, not "c"LIT @ m/x.lua:2',
    ['revision = "a"\ndown_revision = { "b", "b" }'] = 'down_revision names "b" twice @ m/x.lua:2',
    ['revision = "a"\ndown_revision = 5'] = "down_revision must be ANY, not 5LIT @ m/x.lua:2",
    ['revision = "a"\ndown_revision = require "b"'] = "down_revision must be ANY, not requireLIT @ m/x.lua:2",
    ['revision = "a"\ntransaction = "no"'] = 'transaction must be true or false, not "no"LIT @ m/x.lua:2',
    ['revision = "a"\ncreated = os.time()'] = "created must be a string, not osLIT @ m/x.lua:2",
    ['revision = "a"\n--[[ open'] = "the header cannot be read from here on @ m/x.lua:1",
    ['local revision = "a"'] = 'revision is local: write it without "local" @ m/x.lua:1',
  }) do
    it("refuses " .. text:gsub("\n", " | "), function()
      assert.equal((expected:gsub("%u%u%u%u?", {
        LIT = ": header values are literals",
        ANY = "a string, a list of strings or nil",
        LIST = "down_revision must be a list of strings",
      })), bad(text))
    end)
  end

  it("ends at the first statement that is no assignment to one of its names", function()
    local revision = good('revision = "a"\n(print or error)("x")\nfunction upgrade() end')
    assert.is_true(revision.has_upgrade)
    assert.equal(
      "down_revision is assigned after the header @ m/x.lua:3",
      bad('revision = "a"\nlocal x = 1\ndown_revision = "b"')
    )
    assert.equal(
      "created is assigned after the header @ m/x.lua:2",
      bad('revision = "a" function upgrade() end\nx, created = 1, "b"')
    )
    assert.equal(
      "revision is assigned after the header @ m/x.lua:3",
      bad('revision = "a"\nfunction upgrade() if x then end end\nfunction revision() end')
    )
  end)

  it("leaves names alone that are no globals of the file's top level", function()
    good([[
      revision = "a"
      local x = { revision = 1, created = { down_revision = 2 } }
      x.revision = 5
      local revision = 6
      local y, created = 1, 2
      for revision = 1, 2 do end
      if x.revision == 5 and created == 2 then end
      local function depends_on() revision = 7 end
      function upgrade() created = 1 end
      f(revision, created)
      -- revision = "in a comment"
      s = "revision = 'in a string'"
      t = [==[
        revision = "b"
      ]==]
    ]])
  end)

  it("names the nearest header name for a near miss", function()
    for name, nearest in pairs({
      down_revison = "down_revision",
      down_revisions = "down_revision",
      Revision = "revision",
      brach_labels = "branch_labels",
      branch_label = "branch_labels",
      depend_on = "depends_on",
      depends = "depends_on",
      transacton = "transaction",
      create = "created",
    }) do
      assert.equal(
        ("%s is not a header name: did you mean %s? @ m/x.lua:2"):format(name, nearest),
        bad(('revision = "a"\n%s = "b"'):format(name))
      )
    end
    good('revision = "a"\nversion = "b"')
    good('revision = "a"\nlocal down_revison = "b"')
  end)
end)

describe("an id", function()
  it("has 1 to 64 characters", function()
    assert.equal(("x"):rep(64), good(('revision = "%s"'):format(("x"):rep(64))).id)
    assert.equal(("\u{e9}"):rep(64), good(('revision = "%s"'):format(("\u{e9}"):rep(64))).id)
    assert.equal(
      ('revision "%s" is no id: it is longer than 64 characters @ m/x.lua:1'):format(("x"):rep(65)),
      bad(('revision = "%s"'):format(("x"):rep(65)))
    )
    assert.equal('revision "" is no id: it is empty @ m/x.lua:1', bad('revision = ""'))
  end)

  for literal, why in pairs({
    ["a@b"] = "it holds '@'",
    ["a+b"] = "it holds '+'",
    ["a-b"] = "it holds '-'",
    ["a:b"] = "it holds ':'",
    ["a b"] = "it holds a blank",
  }) do
    it("is not " .. literal, function()
      assert.equal(
        ('revision "%s" is no id: %s @ m/x.lua:1'):format(literal, why),
        bad(('revision = "%s"'):format(literal))
      )
      assert.equal(
        ('branch_labels "%s" is no label: %s @ m/x.lua:2'):format(literal, why),
        bad(('revision = "x"\nbranch_labels = { "%s" }'):format(literal))
      )
      assert.equal(
        ('down_revision "%s" is no id: %s @ m/x.lua:2'):format(literal, why),
        bad(('revision = "x"\ndown_revision = "%s"'):format(literal))
      )
      assert.equal(
        ('depends_on "%s" is no id or label: %s @ m/x.lua:2'):format(literal, why),
        bad(('revision = "x"\ndepends_on = "%s"'):format(literal))
      )
    end)
  end

  it("is UTF-8 without control characters", function()
    assert.equal(
      'revision "\\xFF" is no id: it is not UTF-8 @ m/x.lua:1',
      bad('revision = "\\xFF"')
    )
    assert.equal(
      'revision "\\x07" is no id: it holds a control character @ m/x.lua:1',
      bad('revision = "\\a"')
    )
  end)

  it("is no symbol, and a label neither", function()
    for _, symbol in ipairs({ "head", "heads", "base", "current" }) do
      assert.equal(
        ('revision "%s" is no id: the word has a meaning of its own @ m/x.lua:1'):format(symbol),
        bad(('revision = "%s"'):format(symbol))
      )
      assert.equal(
        ('branch_labels "%s" is no label: the word has a meaning of its own @ m/x.lua:2'):format(
          symbol
        ),
        bad(('revision = "x"\nbranch_labels = "%s"'):format(symbol))
      )
    end
  end)
end)

describe("a message", function()
  local function message(text, path)
    return good(text, path).message
  end

  it("is the first comment line's text", function()
    assert.equal("Add x", message('--- Add x\nrevision = "a"'))
    assert.equal("Add x", message('-- Add x  \r\n-- and y\r\nrevision = "a"'))
    assert.equal("Add x", message('\n\n---\n------------\n--Add x\nrevision = "a"'))
    assert.equal("Add x", message('--[[\n  Add x\n  and y\n]]\nrevision = "a"'))
    assert.equal("- a dash", message('--- - a dash\nrevision = "a"'))
    assert.equal("Add x", message('---@diagnostic disable\n--- Add x\nrevision = "a"'))
  end)

  it("is otherwise the slug", function()
    assert.equal("add_email", message('revision = "1f2e" -- the id'))
    assert.equal(
      "add_email",
      message('revision = "1f2e"\n-- too late', "m/20261122_1f2e_add_email.lua")
    )
    assert.equal("add_email", message('revision = "x"', "m/20261122_add_email.lua"))
    assert.equal("add_email", message('revision = "x"', "add_email.lua"))
    assert.equal("0001", message('revision = "x"', "m/0001.lua"))
  end)

  it("is printable, whatever the file's encoding", function()
    assert.equal("Gr\\xFC\\xDFe", message('-- Gr\xFC\xDFe\nrevision = "a"'))
  end)
end)

describe("the rest of the file", function()
  local function body(text)
    return good('revision = "a"\n' .. text)
  end

  it("says whether upgrade and downgrade are defined", function()
    for text, expected in pairs({
      ["function upgrade() end"] = { true, false },
      ["upgrade = function() end"] = { true, false },
      ["function downgrade() end"] = { false, true },
      ["upgrade, downgrade = f, g"] = { true, true },
      ["do local x = 1 function upgrade() end end"] = { true, false },
      ["if x then upgrade = f else upgrade = g end"] = { true, false },
      ["local function upgrade() end"] = { false, false },
      ["local upgrade = f"] = { false, false },
      ["local a, upgrade = f, g"] = { false, false },
      ["function t.upgrade() end"] = { false, false },
      ["function t:upgrade() end"] = { false, false },
      ["t.upgrade = f"] = { false, false },
      ["t = { upgrade = f }"] = { false, false },
      ["function f() upgrade = g end"] = { false, false },
      ["if upgrade == nil then end"] = { false, false },
      ["-- function upgrade() end"] = { false, false },
      ["s = [[function upgrade() end]]"] = { false, false },
      ["function upgrade() return function() end end function downgrade() end"] = { true, true },
      ["function upgrade() for i = 1, 2 do while x do repeat until y end end end downgrade = f"] = {
        true,
        true,
      },
    }) do
      local revision = body(text)
      assert.same(expected, { revision.has_upgrade, revision.has_downgrade }, text)
    end
  end)

  it("says whether the revision is stepwise", function()
    for text, expected in pairs({
      ["op.commit()"] = true,
      ["op . autocommit(f)"] = true,
      ["op.backfill { }"] = true,
      ["local commit = op.commit"] = true,
      ["op.create_index('i', 't', {}, { concurrently = true })"] = true,
      ["op.alter_column('t', 'c', { online = true })"] = true,
      ["op.create_index('i', 't', {}, { concurrently = false })"] = false,
      ["if x.concurrently == true then end"] = false,
      ["op.execute('op.commit() concurrently = true')"] = false,
      ["-- op.commit()"] = false,
      ["--[[ op.commit() ]]"] = false,
      ["op.execute [[ CREATE INDEX CONCURRENTLY ]]"] = false,
      ["op.committed()"] = false,
      ["op.execute('x')"] = false,
    }) do
      assert.equal(expected, body("function upgrade() " .. text .. " end").stepwise, text)
    end
    assert.is_true(good('revision = "a" transaction = false').stepwise)
  end)

  it("is not run, and need not be right", function()
    assert.equal("a", body("function upgrade() os.exit(1) end error('x')").id)
    assert.equal("a", body('x = "unfinished').id)
    assert.equal("a", body(("do "):rep(1000) .. ("end "):rep(2000) .. "function upgrade() end").id)
  end)

  it("survives every cut of a file", function()
    for length = 0, #whole do
      revisions.read(whole:sub(1, length))
    end
  end)

  it("survives any change of bytes", function()
    local seed = os.time() % 1000000
    math.randomseed(seed)
    local pieces =
      { '"', "'", "[[", "]]", "--", "\\", "\n", "=", "{", "end ", "function ", "\0", "\xFF", "[=" }
    for _ = 1, 2000 do
      local text = whole
      for _ = 1, math.random(1, 4) do
        local at = math.random(#text)
        text = text:sub(1, at - 1)
          .. pieces[math.random(#pieces)]
          .. text:sub(at + math.random(0, 3))
      end
      local revision, failure = revisions.read(text, "m/x.lua")
      assert.is_true(revision ~= nil or failure.kind == "usage", ("seed %d: %s"):format(seed, text))
    end
  end)
end)
