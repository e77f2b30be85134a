local graphs = require("spec.runner.revisions.graphs")
local revisions = require("neap.revisions")
local support = require("spec.support")

describe("a slug", function()
  for message, slug in pairs({
    ["Add e-mail to account!"] = "add_e_mail_to_account",
    [""] = "",
    ["!!!"] = "",
    ["  Spaces  "] = "spaces",
    ["UPPER and 42"] = "upper_and_42",
    ["Gr\u{fc}\u{df}e"] = "gr\u{fc}\u{df}e",
    ["one two three four five six seven eight nine ten"] = "one_two_three_four_five_six_seven_eight",
    [("x"):rep(50)] = ("x"):rep(40),
    [("x"):rep(39) .. "\u{fc}" .. "y"] = ("x"):rep(39),
    ["a " .. ("x"):rep(50)] = "a",
    [("x"):rep(40) .. " y"] = ("x"):rep(40),
    ["a/../b\nc"] = "a_b_c",
  }) do
    it(("of %q is %q"):format(message, slug), function()
      assert.equal(slug, revisions.slug(message))
    end)
  end
end)

describe("a new revision file", function()
  local dir, graph
  before_each(function()
    dir = support.tempdir()
    graph = graphs.new({ "aaa #billing", "bbb <aaa" }, { "gone" })
  end)

  local function write(fields)
    fields.directory = fields.directory or dir
    return graph:write(fields)
  end

  local function failure(fields)
    local path, err = write(fields)
    assert.is_nil(path)
    return graphs.failure(err)
  end

  it("says what is wanted, and is read as it was written", function()
    local path, id = assert(write({
      id = "ccc",
      message = "Merge both\nand more",
      down = { "aaa", "bbb" },
      labels = { "l1", "l2" },
      depends = { "billing" },
      file_template = "{rev}_{slug}",
      upgrade_body = '  op.execute("x")\n',
    }))
    assert.equal("ccc", id)
    assert.equal(dir .. "/ccc_merge_both_and_more.lua", path)
    local text = support.read(path)
    assert.equal(
      [[
--- Merge both and more

revision = "ccc"
down_revision = { "aaa", "bbb" }
branch_labels = { "l1", "l2" }
depends_on = { "billing" }
created = "DATE"

function upgrade()
  op.execute("x")
end

function downgrade()
  -- op.execute("...")
end
]],
      (text:gsub("%d%d%d%d%-%d%d%-%d%dT%d%d:%d%d:%d%dZ", "DATE"))
    )
    local revision = assert(revisions.read(text, path))
    assert.equal("Merge both and more", revision.message)
    assert.same({ "aaa", "bbb" }, revision.down)
    assert.same({ "l1", "l2" }, revision.labels)
    assert.is_true(revision.has_upgrade and revision.has_downgrade)
  end)

  it("has a random id and the day in its name", function()
    local path, id = assert(write({ message = "Add x", down = { "bbb" } }))
    assert.truthy(id:match("^%x%x%x%x%x%x%x%x%x%x%x%x$"))
    assert.equal(("%s/%s_%s_add_x.lua"):format(dir, os.date("!%Y%m%d"), id), path)
    assert.truthy(support.read(path):find('\ndown_revision = "bbb"\n', 1, true))
    local _, other = assert(write({ message = "Add x" }))
    assert.not_equal(id, other)
  end)

  it("may have no message, and then no comment and no slug", function()
    local path = assert(write({ id = "ccc", file_template = "{rev}_{slug}" }))
    assert.equal(dir .. "/ccc.lua", path)
    assert.equal('revision = "ccc"\ndown_revision = nil\n', support.read(path):match("^.-nil\n"))
  end)

  it("is named by the template", function()
    local path = assert(write({
      id = "c/c",
      message = "x",
      file_template = "{year}/{month}{day}-{hour}{minute}{second}-{epoch}-{rev}",
    }))
    assert.truthy(
      path:match(
        "^" .. dir:gsub("%p", "%%%0") .. "/%d%d%d%d/%d%d%d%d%-%d%d%d%d%d%d%-%d+%-c_c%.lua$"
      )
    )
    assert.equal(
      'usage: file_template "{nope}_x": there is no {nope} | There are {date} {year} {month} {day} {hour} '
        .. "{minute} {second} {epoch} {rev} {slug}.",
      failure({ file_template = "{nope}_x" })
    )
  end)

  it("has its dates in the time zone", function()
    local template = "{year}{month}{day}{hour}_{epoch}"
    local path = assert(write({ file_template = template, timezone = "Pacific/Kiritimati" })) -- UTC+14
    local hour, epoch = path:match("(%d+)_(%d+)%.lua$")
    assert.equal(os.date("!%Y%m%d%H", tonumber(epoch) + 14 * 3600), hour)
    for _, zone in ipairs({ "Moon/Base", "../../etc/passwd", "/etc/localtime", "Europe", "" }) do
      assert.equal(
        ('usage: there is no time zone "%s"'):format(zone)
          .. " | timezone in neap.lua is UTC, or a name of the IANA database (package tzdata), as Europe/Berlin.",
        failure({ timezone = zone })
      )
    end
  end)

  it("never overwrites", function()
    assert(write({ id = "ccc", file_template = "{rev}" }))
    assert.equal(
      ("usage: cannot create %s/ccc.lua: File exists"):format(dir),
      failure({ id = "ccc", file_template = "{rev}" })
    )
  end)

  it("makes its directory", function()
    assert(write({ id = "ccc", directory = dir .. "/a/b" }))
    assert.equal(1, #assert(revisions.load({ dir .. "/a/b" })):list())
  end)

  for fields, expected in pairs({
    [{ id = "aaa" }] = 'usage: the revision id "aaa" is in use: m/1.lua',
    [{ id = "billing" }] = 'usage: "billing" is a branch label: m/1.lua',
    [{ id = "gone" }] = 'usage: the revision id "gone" is pruned',
    [{ id = "head" }] = 'usage: "head" is no revision id: the word has a meaning of its own',
    [{ id = "" }] = 'usage: "" is no revision id: it is empty',
    [{ id = "a-b" }] = "usage: \"a-b\" is no revision id: it holds '-'",
    [{ id = ("x"):rep(65) }] = ('usage: "%s" is no revision id: it is longer than 64 characters'):format(
      ("x"):rep(65)
    ),
    [{ labels = { "billing" } }] = 'usage: the branch label "billing" is in use: m/1.lua',
    [{ labels = { "aaa" } }] = 'usage: the branch label "aaa" is also the id of a revision: m/1.lua',
    [{ id = "c", labels = { "c" } }] = 'usage: the branch label "c" is also the id of a revision',
    [{ labels = { "a b" } }] = 'usage: "a b" is no branch label: it holds a blank',
    [{ labels = { "base" } }] = 'usage: "base" is no branch label: the word has a meaning of its own',
  }) do
    it("is refused: " .. expected, function()
      assert.equal(expected, failure(fields))
    end)
  end

  it("quotes what needs it", function()
    local path = assert(write({ id = 'a"b\\c', file_template = "x" }))
    assert.equal('a"b\\c', assert(revisions.read(support.read(path), path)).id)
  end)
end)
