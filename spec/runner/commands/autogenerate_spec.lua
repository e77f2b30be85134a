--- revision --autogenerate on a terminal: what looks renamed is asked about.

local support = require("spec.support")

local terminal = support.root .. "/" .. (os.getenv("NEAP_BUILD") or "build") .. "/spec/terminal"

local BEFORE = [[
op.create_table("account", {
  op.column("id", "integer", { primary_key = true }),
  op.column("mail", "text", { nullable = false }),
  op.column("nick", "text"),
})
]]

for _, database in ipairs(support.databases) do
  describe("a rename on a terminal, " .. database.dialect, function()
    -- A database that is what BEFORE says, and a model that says `after`.
    local function made(after)
      local dir = support.project({
        ["neap.lua"] = ("return { url = %q }\n"):format(database.new()),
        ["schema.lua"] = BEFORE,
      })
      support.must({ "neap", "revision", "-m", "one", "--autogenerate" }, { cwd = dir })
      support.must({ "neap", "upgrade", "head" }, { cwd = dir })
      support.write(dir .. "/schema.lua", after)
      return dir
    end

    -- answers: { question, line } ...; gives the run and the new revision's text.
    local function answer(dir, answers)
      local words = { terminal }
      for _, pair in ipairs(answers) do
        table.move(pair, 1, 2, #words + 1, words)
      end
      for _, word in ipairs({ "--", support.bin, "revision", "-m", "two", "--autogenerate" }) do
        words[#words + 1] = word
      end
      local ran = support.run(words, { cwd = dir })
      local path = ran.stdout:match("migrations/%S+")
      return ran, path and support.read(dir .. "/" .. path)
    end

    local RENAMED = BEFORE:gsub("mail", "email"):gsub("nick", "nickname")

    it("is taken when the answer is yes, and not when it is anything else", function()
      local dir = made(RENAMED)
      local ran, text = answer(dir, {
        { "Is column account.email the one that was account.mail? [y/N]", "y" },
        { "Is column account.nickname the one that was account.nick? [y/N]", "" },
      })
      assert.equal(0, ran.status, ran.stdout)
      assert.matches('op.alter_column("account", "mail", { new_name = "email" })', text, 1, true)
      assert.matches("-- loses what account.nick holds", text, 1, true)
      assert.is_nil(text:find('new_name = "nickname"', 1, true))
    end)

    it("shows what else was renamed once a table is known", function()
      local dir = made((RENAMED:gsub("account", "users")))
      local ran, text = answer(dir, {
        { "Is table users the one that was account? [y/N]", "y" },
        { "Is column users.email the one that was users.mail? [y/N]", "y" },
        { "Is column users.nickname the one that was users.nick? [y/N]", "y" },
      })
      assert.equal(0, ran.status, ran.stdout)
      assert.matches('op.rename_table("account", "users")', text, 1, true)
      assert.matches('op.alter_column("account", "mail", { new_name = "email" })', text, 1, true)
      assert.is_nil(text:find("loses", 1, true))
      support.must({ "neap", "upgrade", "head" }, { cwd = dir })
      support.must({ "neap", "check" }, { cwd = dir })
      support.must({ "neap", "downgrade", "-1" }, { cwd = dir })
      support.write(dir .. "/schema.lua", BEFORE)
      support.must({ "neap", "check" }, { cwd = dir })
    end)

    for key, expected in pairs({
      ["^C"] = { status = 130, message = "interrupted; nothing was written" },
      ["^D"] = { status = 1, message = "no answer; nothing was written" },
    }) do
      it("writes nothing after " .. key, function()
        local dir = made(RENAMED)
        local ran = answer(dir, { { "account.mail? [y/N]", key } })
        assert.equal(expected.status, ran.status, ran.stdout)
        assert.matches(expected.message, ran.stdout, 1, true)
        assert.is_nil(ran.stdout:find("nickname", 1, true))
        assert.equal("1\n", support.must({ "sh", "-c", "ls migrations | wc -l" }, { cwd = dir }))
      end)
    end
  end)
end
