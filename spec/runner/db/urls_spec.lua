-- Which driver a URL means, what of it is shown, and that a password never is.
local db = require("neap.db")
local support = require("spec.support")

describe("a URL", function()
  it("chooses the driver", function()
    local cases = {
      { "postgresql://localhost/app", "postgresql" },
      { "postgres://u:p@h:5432/app?sslmode=require", "postgresql" },
      { "postgresql:///app?host=/run/postgresql", "postgresql" },
      { "host=localhost dbname=app", "postgresql" },
      { "  dbname = app", "postgresql" },
      { "service=production", "postgresql" },
      { "sqlite:app.db", "sqlite" },
      { "sqlite:/var/lib/app.db", "sqlite" },
      { "sqlite::memory:", "sqlite" },
      { "sqlite:///app.db", "sqlite" },
      { "sqlite:////var/lib/app.db", "sqlite" },
      { "sqlite:dbname=app", "sqlite" },
      { "mysql://localhost/app", nil },
      { "app.db", nil },
      { "dbnames=app", nil },
      { "", nil },
    }
    for _, case in ipairs(cases) do
      assert.equal(case[2], db.driver_for(case[1]), case[1])
      assert.equal(case[2], db.dialect_of(case[1]), case[1])
    end
  end)

  it("is shown without its password", function()
    local cases = {
      { "postgresql://u:secret@h:5433/app", "postgresql://u@h:5433/app" },
      { "postgres://u:se%40cret@h/app?sslmode=require", "postgresql://u@h/app" },
      { "postgresql://h", "postgresql://h/" },
      { "postgresql:///app", "postgresql:///app" },
      { "postgresql://[::1]:5432/app", "postgresql://[::1]:5432/app" },
      {
        "postgresql://u:secret@a:1,b:2/app?target_session_attrs=any",
        "postgresql://u@a,b:1,2/app",
      },
      { "postgresql://u%40corp:secret@h/my%20app", "postgresql://u%40corp@h/my%20app" },
      {
        "postgresql:///app?host=/tmp/x&port=5433&user=u&password=secret",
        "postgresql://u@/app?host=/tmp/x&port=5433",
      },
      {
        "host=h user=u password='sec ret' dbname=app",
        "postgresql://u@h/app",
      },
      { "hostaddr=10.0.0.1 dbname=app", "postgresql://10.0.0.1/app" },
      { "sqlite:app.db", "sqlite:app.db" },
      { "mysql://u:secret@h/app", "mysql://..." },
      { "u:secret@h", "..." },
      { "secret", "..." },
    }
    for _, case in ipairs(cases) do
      assert.equal(case[2], db.display(case[1]))
    end
  end)
end)

-- Every string holds the canary where a password, or a piece of one, would end up.
local malformed = {
  "postgresql://user:canary@secret@127.0.0.1:1/db",
  "postgresql://user:can@canary@127.0.0.1:1/db",
  "postgresql://user:canary/x@127.0.0.1:1/db",
  "postgresql://user:12/canary@127.0.0.1:1/db",
  "postgresql://user:x/canary@127.0.0.1:1/db",
  "postgresql://user:/canary@127.0.0.1:1/db",
  "postgresql://user:canary?x@127.0.0.1:1/db",
  "postgresql://user:x?canary=y@127.0.0.1:1/db",
  "postgresql://user:x#/canary@127.0.0.1:1/db",
  "postgresql://user:%xcanary@127.0.0.1:1/db",
  "postgresql://user:canary%@127.0.0.1:1/db",
  "postgresql://user:canary%2@127.0.0.1:1/db",
  "postgresql://user:canary%zz@127.0.0.1:1/db",
  "postgresql://user:canary%00@127.0.0.1:1/db",
  "postgresql://user:canary@127.0.0.1:port/db",
  "postgresql://user:canary@127.0.0.1:99999/db",
  "postgresql://user:canary@127.0.0.1:0/db",
  "postgresql://user:canary@127.0.0.1:-1/db",
  "postgresql://user:canary@127.0.0.1:1:2/db",
  "postgresql://user:canary@127.0.0.1 /db",
  "postgresql://user:canary@ho st:1/db",
  'postgresql://user:canary@h"ost:1/db',
  "postgresql://user:canary@[::1/db",
  "postgresql://user:canary@[::1]x/db",
  "postgresql://user:canary@[]/db",
  "postgresql://user:canary@127.0.0.1:1/db?nonsense",
  "postgresql://user:canary@127.0.0.1:1/db?nonsense=1",
  "postgresql://user:canary@127.0.0.1:1/db?sslmode",
  "postgresql://user:canary@127.0.0.1:1/db?a=b=c",
  "postgresql://user:canary@127.0.0.1:1/d@b",
  "postgresql://?user=u&password=canary@127.0.0.1",
  "postgresql://127.0.0.1:1?user=u&password=canary@x",
  "postgresql://127.0.0.1:1/canary@x",
  "postgresql:user:canary@127.0.0.1/db",
  "postgresql:/user:canary@127.0.0.1/db",
  "postgres:canary",
  "host=127.0.0.1 port=1 password=x canary",
  "host=127.0.0.1 port=1 password='canary",
  "host=127.0.0.1 port=1 password=it's canary",
  "host=127.0.0.1 port=1 passwd=canary",
  "host=127.0.0.1 port=1 password=x canary=y",
  "host=127.0.0.1 port=canary password=x",
  "host=127.0.0.1 port=1 password = x =canary",
  "password=canary host='127.0.0.1 port=1",
  "password=x host=@canary/@x host",
  "host=u:canary@h port=1",
  "host=127.0.0.1,u:canary@h port=1,2",
  "hostaddr=canary@127.0.0.1 port=1",
  "password=canary port=1,x host=127.0.0.1,127.0.0.2",
}

-- These libpq understands, and refuses only when it connects.
local refused = {
  "postgresql://user:canary@127.0.0.1:1/db",
  "postgresql://user:ca%40nary%2Fcanary@127.0.0.1:1/db",
  "postgresql://user:a:canary@127.0.0.1:1/db",
  "postgresql://user:canary@127.0.0.1:1/db?sslmode=nonsense",
  "postgresql://user:canary@127.0.0.1:1/db?connect_timeout=soon",
  "postgresql://user:canary@127.0.0.1:1/db?sslcert=/nowhere&sslmode=require",
  "postgresql://user:canary@/db?host=/nowhere",
  "host=127.0.0.1 port=1 user=u password=canary",
  "host=127.0.0.1 port=1 user=u password='ca nary \\' canary'",
  "host=127.0.0.1,127.0.0.1 port=1,2 password=canary",
  "service=nonsense password=canary",
}

local function assert_hidden(text, url)
  for _, piece in ipairs({ "canary", "ca nary", "ca@nary" }) do
    assert.is_nil((text or ""):find(piece, 1, true), ("%s shows %q"):format(url, text))
  end
end

local function check_error(err, url)
  for _, field in ipairs({ "message", "advice", "detail", "sql", "at", "via" }) do
    assert_hidden(err[field], url)
  end
end

describe("a password", function()
  it("is not shown by a malformed URL", function()
    assert.is_true(#malformed >= 40)
    for _, url in ipairs(malformed) do
      local connection, err = db.connect(url)
      assert.is_nil(connection, url)
      assert.equal("usage", err.kind, url)
      assert.matches("the database URL is malformed", err.message)
      assert.matches("It looks like", err.advice)
      check_error(err, url)
      assert_hidden(db.display(url), url)
    end
  end)

  it("is not shown when the connection fails", function()
    for _, url in ipairs(refused) do
      local connection, err = db.open(url)
      assert.is_nil(connection, url)
      assert.equal("unreachable", err.kind, url)
      assert.matches("^cannot connect to postgresql://", err.message)
      check_error(err, url)
      assert_hidden(db.display(url), url)
    end
  end)

  it("is not shown by a server that refuses it", function()
    local url = support.postgres()
    support.psql(url, "CREATE ROLE neap_canary LOGIN PASSWORD 'x'")
    local connection, err = db.open((url:gsub("user=[^&]+", "user=nobody_such&password=canary")))
    assert.is_nil(connection)
    assert.equal("unreachable", err.kind)
    assert.matches('role "nobody_such" does not exist', err.message)
    check_error(err, url)
    support.psql(url, "DROP ROLE neap_canary")
  end)
end)
