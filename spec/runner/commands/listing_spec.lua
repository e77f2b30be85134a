--- heads, branches, history, show: what they print, as text and as JSON.
local projects = require("spec.runner.commands.projects")
local support = require("spec.support")

describe("heads", function()
  it("lists what nothing follows, in file order", function()
    local dir = projects.branches()
    assert.equal(
      "cc03 (head), add phone\nee05 (billing) (head), add invoice\n",
      projects.must(dir, "heads")
    )
    assert.same({
      {
        revision = "cc03",
        down_revision = "bb02",
        branch_labels = {},
        depends_on = {},
        message = "add phone",
        path = "migrations/03_cc03.lua",
        is_head = true,
        is_branch_point = false,
      },
      {
        revision = "ee05",
        down_revision = "dd04",
        branch_labels = { "billing" },
        depends_on = {},
        message = "add invoice",
        path = "migrations/05_ee05.lua",
        is_head = true,
        is_branch_point = false,
      },
    }, projects.json(dir, "heads"))
  end)

  it("leaves out what another depends on, when asked", function()
    local dir = projects.make({ { "aa01" }, { "bb02", nil, { depends = "aa01" } } })
    assert.equal(
      "aa01 (head), revision aa01\nbb02 (head), revision bb02\n",
      projects.must(dir, "heads")
    )
    assert.equal(
      "bb02 (head), revision bb02\n",
      projects.must(dir, "heads", "--resolve-dependencies")
    )
  end)

  it("of a project without revisions are none", function()
    local dir = support.project()
    assert.equal("", projects.must(dir, "heads"))
    assert.equal("[]\n", projects.must(dir, "heads", "--format", "json"))
  end)

  it("say more with -v", function()
    local dir = projects.branches()
    assert.equal(
      "Rev: cc03 (head)\nParent: bb02\nPath: migrations/03_cc03.lua\n\n    add phone\n\n"
        .. "Rev: ee05 (head)\nParent: dd04\nBranch names: billing\nPath: migrations/05_ee05.lua\n\n    add invoice\n",
      projects.must(dir, "heads", "-v")
    )
  end)
end)

describe("branches", function()
  it("lists branch points with what follows them", function()
    local dir = projects.branches()
    assert.equal(
      "<base> -> aa01 (branchpoint), create account\n"
        .. "       -> bb02, add email\n"
        .. "       -> dd04 (billing), start billing\n",
      projects.must(dir, "branches")
    )
    local found = projects.json(dir, "branches")
    assert.equal(1, #found)
    assert.equal("aa01", found[1].revision)
    assert.same({ "bb02", "dd04" }, found[1].next)
    assert.is_nil(found[1].down_revision)
  end)

  it("of a line are none", function()
    assert.equal("", projects.must(projects.line(), "branches"))
  end)
end)

describe("history", function()
  local dir

  setup(function()
    dir = projects.merged()
  end)

  it("is newest first, with links, labels and marks", function()
    assert.equal(
      "cc03, ee05 -> ff06 (billing) (head) (mergepoint), merge billing\n"
        .. "dd04 -> ee05 (billing), add invoice\n"
        .. "aa01 -> dd04 (billing), start billing\n"
        .. "bb02 -> cc03, add phone\n"
        .. "aa01 -> bb02, add email\n"
        .. "<base> -> aa01 (branchpoint), create account\n",
      projects.must(dir, "history")
    )
  end)

  it("takes ranges", function()
    assert.equal(
      "bb02 -> cc03, add phone\naa01 -> bb02, add email\n",
      projects.must(dir, "history", "-r", "bb02:cc03")
    )
    assert.equal(
      "<base> -> aa01 (branchpoint), create account\n",
      projects.must(dir, "history", "-r", ":aa01")
    )
    assert.equal(
      projects.must(dir, "history", "-r", "dd04:"),
      projects.must(dir, "history", "--rev-range=billing:head")
    )
  end)

  it("shows dependencies in parentheses", function()
    local other = projects.make({ { "aa01" }, { "bb02", nil, { depends = "aa01" } } })
    assert.matches("<base> %(aa01%) %-> bb02 %(head%)", projects.must(other, "history"))
  end)

  it("marks where the database is with -i, and creates nothing", function()
    local other = projects.line()
    assert.not_matches("current", projects.must(other, "history", "-i"))
    assert.is_nil(support.read(other .. "/test.db"))
    projects.must(other, "upgrade", "bb02")
    local text = projects.must(other, "history", "-i")
    assert.matches("\naa01 %-> bb02 %(current%), revision bb02\n", text)
    local found = projects.json(other, "history", "-i")
    assert.same(
      { false, true, false },
      { found[1].is_current, found[2].is_current, found[3].is_current }
    )
    assert.equal(
      "aa01 -> bb02 (current), revision bb02\n",
      projects.must(other, "history", "-i", "-r", "current:bb02")
    )
    assert.equal(
      "bb02 -> cc03 (head), revision cc03\naa01 -> bb02, revision bb02\n",
      projects.must(other, "history", "-r", "current:")
    )
  end)

  it("is an array with --format json: parents of a merge are a list", function()
    local found = projects.json(dir, "history")
    assert.equal(6, #found)
    assert.same({ "cc03", "ee05" }, found[1].down_revision)
    assert.equal("dd04", found[2].down_revision)
    assert.is_nil(found[6].down_revision)
    assert.is_true(found[6].is_branch_point)
    local text = projects.must(dir, "history", "--format", "json")
    assert.matches('"down_revision": null', text)
  end)
end)

describe("history --graph", function()
  local function drawn(revisions)
    return (
      projects
        .must(projects.make(revisions), "history", "--graph")
        :gsub(" ?%b()", "")
        :gsub(", revision %w+", "")
    )
  end

  it("draws a line", function()
    assert.equal("* bb\n* aa\n", drawn({ { "aa" }, { "bb", "aa" } }))
  end)

  it("draws a branch and its merge", function()
    assert.equal(
      "* dd\n|\\\n| * cc\n* | bb\n|/\n* aa\n",
      drawn({ { "aa" }, { "bb", "aa" }, { "cc", "aa" }, { "dd", { "bb", "cc" } } })
    )
  end)

  it("draws three ways from one", function()
    assert.equal(
      "* dd\n| * cc\n|/\n| * bb\n|/\n* aa\n",
      drawn({ { "aa" }, { "bb", "aa" }, { "cc", "aa" }, { "dd", "aa" } })
    )
  end)

  it("draws a line that runs below others", function()
    assert.equal(
      "* ee\n| * dd\n| | * cc\n| |/\n| * bb\n|/\n* aa\n",
      drawn({ { "aa" }, { "bb", "aa" }, { "cc", "bb" }, { "dd", "bb" }, { "ee", "aa" } })
    )
  end)

  it("draws two bases", function()
    assert.equal(
      "* dd\n| * cc\n* | bb\n /\n* aa\n",
      drawn({ { "aa" }, { "bb" }, { "cc", "aa" }, { "dd", "bb" } })
    )
  end)

  it("draws a merge of three", function()
    local text = drawn({
      { "aa" },
      { "bb", "aa" },
      { "cc", "aa" },
      { "dd", "aa" },
      { "ee", { "bb", "cc", "dd" } },
    })
    assert.equal("* ee\n|\\\n|\\ \\\n| * | dd\n| | * cc\n| |/\n* | bb\n|/\n* aa\n", text)
  end)
end)

describe("show", function()
  it("tells all that is known of a revision", function()
    local dir = projects.make({
      { "aa01", nil, { message = "first", header = 'created = "2026-11-22T06:50:00Z"' } },
      { "bb02", "aa01", { labels = { "x", "y" }, depends = "cc03", downgrade = false } },
      { "cc03", nil, { header = "transaction = false" } },
    })
    assert.equal(
      "Rev: aa01\nParent: <base>\nFollowed by: bb02\nBranch names: x, y\nPath: migrations/01_aa01.lua\n"
        .. "Created: 2026-11-22T06:50:00Z\n\n    first\n",
      projects.must(dir, "show", "aa")
    )
    assert.equal(
      "Rev: bb02 (head)\nParent: aa01\nAlso depends on: cc03\nBranch names: x, y\n"
        .. "Path: migrations/02_bb02.lua\nDowngrade: none, it is irreversible\n\n    revision bb02\n",
      projects.must(dir, "show", "x@head")
    )
    assert.matches("\nTransaction: none\n", projects.must(dir, "show", "cc03"))
  end)

  it("takes current and relative forms, that ask the database", function()
    local dir = projects.line()
    projects.must(dir, "upgrade", "bb02")
    assert.equal("bb02", projects.json(dir, "show", "current")[1].revision)
    assert.equal("cc03", projects.json(dir, "show", "+1")[1].revision)
    assert.equal("aa01", projects.json(dir, "show", "-1")[1].revision)
    assert.equal("aa01", projects.json(dir, "show", "head-2")[1].revision)
    assert.equal(2, #projects.json(projects.branches(), "show", "heads"))
  end)
end)

describe("listings", function()
  it("run no user code and need no database", function()
    local dir = projects.make({ { "aa01", nil, { header = "", upgrade = "syntax error here" } } }, {
      ["neap.lua"] = 'return { url = "postgresql://127.0.0.1:1/nowhere" }\n',
    })
    for _, command in ipairs({ "heads", "history", "branches" }) do
      projects.must(dir, command)
    end
    projects.must(dir, "show", "head")
  end)
end)
