local sql = require("neap.sql")

--- The texts of all statements.
local function split(text, dialect)
  local list = {}
  for _, statement in ipairs(sql.statements(text, dialect or "postgresql")) do
    table.insert(list, statement.sql)
  end
  return list
end

local function splits(expected, text, dialect)
  assert.same(expected, split(text, dialect))
end

describe("the lexer", function()
  it("finds nothing in nothing", function()
    for _, text in ipairs({ "", " \n\t", ";", " ; ;; ", "-- a;b", "/* ; */", "/* a */ ; -- b\n;" }) do
      splits({}, text, "postgresql")
      splits({}, text, "sqlite")
    end
  end)

  it("leaves comments and blanks around a statement out, and keeps those in it", function()
    splits(
      { "SELECT 1", "SELECT /* ; */ 2 -- ;\n + 3" },
      [[
-- first; comment
SELECT 1 -- after
; /* between; */
SELECT /* ; */ 2 -- ;
 + 3 /* ; */ ; -- the end; ]]
    )
  end)

  it("says where a statement is", function()
    local text = "\n-- a\n  SELECT 1 ;\nSELECT\n2"
    assert.same({
      { sql = "SELECT 1", line = 3, start = 9, stop = 16, kind = "statement" },
      { sql = "SELECT\n2", line = 4, start = 20, stop = 27, kind = "statement" },
    }, sql.statements(text, "postgresql"))
  end)

  it("counts lines of CRLF files as editors do", function()
    local list = sql.statements("SELECT 1;\r\n\r\nSELECT\r\n2;\r\nSELECT 3;", "postgresql")
    assert.same({ 1, 3, 5 }, { list[1].line, list[2].line, list[3].line })
  end)

  it("passes over a byte order mark at the start only", function()
    splits({ "SELECT 1" }, "\xEF\xBB\xBFSELECT 1;")
    splits({ "SELECT 1", "\xEF\xBB\xBFSELECT 2" }, "SELECT 1;\xEF\xBB\xBFSELECT 2;")
  end)

  it("keeps NUL bytes and bytes that are not UTF-8", function()
    splits({ "SELECT '\0;'", "\xFF\0" }, "SELECT '\0;';\xFF\0;")
    splits({ "SELECT '\0;'", "\xFF\0" }, "SELECT '\0;';\xFF\0;", "sqlite")
  end)

  it("says that a quote or a comment is never closed", function()
    local open = {
      postgresql = { "'a", '"a', "E'a\\'", "$$a$", "$a$ $b$", "/* /* */", "U&'a", 'U&"a', "''' " },
      sqlite = { "'a", '"a', "[a", "`a", "/* a", "''' " },
    }
    for dialect, texts in pairs(open) do
      for _, text in ipairs(texts) do
        local list = sql.statements("SELECT 1; SELECT " .. text .. ";", dialect)
        assert.equal(2, #list, text)
        assert.equal("unclosed", list[2].kind, text)
        assert.equal("SELECT " .. text .. ";", list[2].sql, text)
      end
    end
    assert.equal("unclosed", sql.statements("/* a */ /* b", "postgresql")[1].kind)
    assert.equal(9, sql.statements("/* a */ /* b", "postgresql")[1].start)
  end)

  it("is linear in the length of the text", function()
    -- With a quadratic step any of these would take minutes.
    local count = 100000
    for _, piece in ipairs({
      "$a",
      "$a$b",
      "'",
      "''",
      "E'a'\n",
      "E'a' -- b\n",
      "/*",
      "*/",
      "(",
      ";",
      "a;",
      "\\",
      "\\\n",
      "--",
      ":a",
      "::",
      "COPY a FROM stdin;",
      "COPY a FROM stdin;\n",
      "\\.\n",
      "$$",
      "[",
      "a.",
      "1a",
      "CREATE TRIGGER;",
      "; END",
    }) do
      for _, dialect in ipairs({ "postgresql", "sqlite" }) do
        local text = piece:rep(count)
        assert.truthy(sql.statements(text, dialect))
        sql.parameters(text, dialect)
        sql.placeholders(text, dialect)
        sql.transaction_word(text, dialect)
        sql.needs_autocommit(text, dialect)
      end
    end
  end)
end)

describe("the lexer on PostgreSQL", function()
  it("knows quotes", function()
    splits({ "SELECT 'a;''b'", 'SELECT "a;""b"' }, [[SELECT 'a;''b'; SELECT "a;""b";]])
    splits({ [[SELECT 'a\']], "SELECT 1" }, [[SELECT 'a\'; SELECT 1]])
    splits({ [[SELECT E'a\';']], [[SELECT e'\\']] }, [[SELECT E'a\';'; SELECT e'\\';]])
    splits({ [[SELECT U&'\']], [[SELECT U&"a;\"]] }, [[SELECT U&'\'; SELECT U&"a;\";]])
    splits({ [[SELECT B'1', x'\', N'\']] }, [[SELECT B'1', x'\', N'\';]])
  end)

  it("takes the E of E'..' only where it is a word of its own", function()
    splits({ [[SELECT note'\']], "SELECT 1" }, [[SELECT note'\'; SELECT 1]])
    splits({ [[SELECT E '\']], "SELECT 1" }, [[SELECT E '\'; SELECT 1]])
    splits({ [[SELECT 1E'\']], "SELECT 1" }, [[SELECT 1E'\'; SELECT 1]])
  end)

  it("goes on with an escape string on the next line", function()
    splits({ "SELECT E'a' -- b\n '\\';'" }, "SELECT E'a' -- b\n '\\';';")
    splits({ "SELECT E'a' '\\'", "'" }, "SELECT E'a' '\\';'") -- no line break: an ordinary string
  end)

  it("knows dollar quotes by their exact tag", function()
    splits(
      { "SELECT $$;$$", "SELECT $a$;$b$;$$;$A$;$a$" },
      "SELECT $$;$$; SELECT $a$;$b$;$$;$A$;$a$;"
    )
    splits({ "SELECT $é$;$é$" }, "SELECT $é$;$é$;")
    splits({ "SELECT $a$x$a$a$" }, "SELECT $a$x$a$a$;")
    splits({ "SELECT $a$ $x$a$" }, "SELECT $a$ $x$a$;")
  end)

  it("takes neither $1 nor the dollars in a name for a quote", function()
    splits({ "EXECUTE p USING $1", "SELECT $2" }, "EXECUTE p USING $1; SELECT $2;")
    splits({ "SELECT a$b$", "SELECT c$b$" }, "SELECT a$b$; SELECT c$b$;")
    splits({ "SELECT $1a$", "SELECT $1a$" }, "SELECT $1a$; SELECT $1a$;")
    splits({ "SELECT 1$$;$$" }, "SELECT 1$$;$$;")
    splits({ "SELECT $ a$", "SELECT $ a$" }, "SELECT $ a$; SELECT $ a$;")
  end)

  it("nests block comments", function()
    splits({ "SELECT /* /* ; */ ; */ 1" }, "SELECT /* /* ; */ ; */ 1;")
    splits({ "SELECT 1" }, "/*/*/ ; */*/ SELECT 1;")
    splits({ "SELECT 2 */* ; */ 3" }, "SELECT 2 */* ; */ 3;")
    splits({ "SELECT 1" }, "/**/SELECT 1;/***/")
  end)

  it("ends a line comment at a carriage return too", function()
    splits({ "SELECT 1" }, "-- a\rSELECT 1;")
  end)

  it("looks into parentheses", function()
    local rule = "CREATE RULE r AS ON INSERT TO t DO ALSO (DELETE FROM a; DELETE FROM b;)"
    splits({ rule, "SELECT 1" }, rule .. "; SELECT 1;")
    splits({ "SELECT ')'", "SELECT 1)" }, "SELECT ')'; SELECT 1);")
  end)

  it("finds the END of a BEGIN ATOMIC body", function()
    local body = "CREATE FUNCTION f() RETURNS int LANGUAGE sql BEGIN ATOMIC "
      .. "SELECT CASE WHEN true THEN 1 ELSE 2 END; /* a /* b; */ */"
      .. " SELECT CASE 1 WHEN 1 THEN CASE WHEN 2 = 2 THEN 3 END END; END"
    splits({ body, "SELECT 42" }, body .. "; SELECT 42;")
    for _, head in ipairs({
      "CREATE OR REPLACE FUNCTION f() RETURNS int",
      "create procedure p(begin int, atomic int)",
      "CREATE /* ; */ PROCEDURE p()",
    }) do
      for _, inner in ipairs({
        "",
        ";",
        "; ;",
        "SELECT 1;",
        "SELECT a.end FROM a;",
        "SELECT 1 AS end;",
        "SELECT (SELECT 1; END;);",
      }) do
        local statement = head .. " BEGIN ATOMIC " .. inner .. " END"
        splits({ statement, "SELECT 2" }, statement .. "; SELECT 2")
      end
    end
  end)

  it("takes BEGIN ATOMIC for a body in CREATE FUNCTION and PROCEDURE only", function()
    splits(
      { "CREATE VIEW v AS SELECT begin atomic FROM t", "SELECT 1", "END" },
      "CREATE VIEW v AS SELECT begin atomic FROM t; SELECT 1; END;"
    )
    splits({ "BEGIN ATOMIC", "SELECT 1" }, "BEGIN ATOMIC; SELECT 1;")
    splits(
      { "CREATE FUNCTION begin() RETURNS int AS 'a'", "SELECT 1" },
      "CREATE FUNCTION begin() RETURNS int AS 'a'; SELECT 1;"
    )
  end)

  it("reads the data of COPY", function()
    local list = sql.statements(
      [[
-- a comment; before
COPY public.t (a, "b;") FROM stdin WITH (DELIMITER ';', NULL 'x'); -- and one after
1;it's $$
\;/* "
\.

SELECT 1;
]],
      "postgresql"
    )
    assert.same({
      {
        kind = "statement",
        line = 2,
        start = 22,
        stop = 86,
        sql = [[COPY public.t (a, "b;") FROM stdin WITH (DELIMITER ';', NULL 'x')]],
        copy_data = "1;it's $$\n\\;/* \"\n",
      },
      { kind = "statement", line = 7, start = 127, stop = 134, sql = "SELECT 1" },
    }, list)
  end)

  it("knows COPY FROM STDIN by its words", function()
    for _, statement in ipairs({
      "COPY t FROM stdin",
      "copy BINARY t from STDIN",
      "COPY t FROM STDIN USING DELIMITERS ';'",
      "COPY/**/t/**/FROM--\nSTDIN",
      'COPY "from"."to" (a) FROM stdin CSV',
      "COPY t FROM stdout",
      "COPY s.from FROM stdin",
    }) do
      local list = sql.statements(statement .. ";\n1\n\\.\nSELECT 1", "postgresql")
      assert.equal("1\n", list[1].copy_data, statement)
      assert.equal("SELECT 1", list[2].sql)
    end
    for _, statement in ipairs({
      "COPY t FROM 'stdin'",
      "COPY t TO stdout",
      "COPY (SELECT a FROM stdin) TO stdout",
      'COPY t FROM "stdin"',
      "COPY t FROM PROGRAM 'cat' WHERE a IS DISTINCT FROM stdin",
      "SELECT copy FROM stdin",
      "EXPLAIN COPY t FROM stdin",
      "COPY t TO 'x' (FROM stdin)",
    }) do
      local list = sql.statements(statement .. ";\nSELECT 1", "postgresql")
      assert.is_nil(list[1].copy_data, statement)
      assert.equal("SELECT 1", list[2].sql)
    end
  end)

  it("ends COPY data at a line that is a backslash and a dot, or with the text", function()
    local function data(text)
      local list = sql.statements("COPY t FROM stdin" .. text, "postgresql")
      return list[1].copy_data, list[2] and list[2].sql
    end
    assert.same({ "" }, { data("") })
    assert.same({ "" }, { data(";") })
    assert.same({ "" }, { data(";\n") })
    assert.same({ "a" }, { data(";\na") })
    assert.same({ "a\n" }, { data(";\na\n\\.") })
    assert.same({ "a\r\n", "SELECT 1" }, { data(";\r\na\r\n\\.\r\nSELECT 1;") })
    assert.same({ "\\.a\n \\.\n\\..\n" }, { data(";\n\\.a\n \\.\n\\..\n\\.\n") })
    assert.same({ "", "SELECT 1" }, { data(";\n\\.\nSELECT 1") })
  end)

  it("reads what follows a COPY on its line after the data, as psql does", function()
    local list = sql.statements(
      "COPY a FROM stdin; COPY b FROM stdin; SELECT 1; -- c\n1\n\\.\n2\n\\.\nSELECT 2",
      "postgresql"
    )
    assert.same({ "1\n", "2\n" }, { list[1].copy_data, list[2].copy_data })
    assert.same({ "SELECT 1", "SELECT 2" }, { list[3].sql, list[4].sql })
    assert.same({ 1, 1, 1, 6 }, { list[1].line, list[2].line, list[3].line, list[4].line })
  end)

  it("reports psql's commands outside statements", function()
    local list = sql.statements(
      "\\restrict abc\nSELECT 1;\n  \\copy a from b; c \r\nSELECT\n\\x;\n\\",
      "postgresql"
    )
    assert.same({
      { kind = "backslash", line = 1, start = 1, stop = 13, sql = "\\restrict abc" },
      { kind = "statement", line = 2, start = 15, stop = 22, sql = "SELECT 1" },
      { kind = "backslash", line = 3, start = 27, stop = 43, sql = "\\copy a from b; c" },
      { kind = "statement", line = 4, start = 47, stop = 55, sql = "SELECT\n\\x" },
      { kind = "backslash", line = 6, start = 58, stop = 58, sql = "\\" },
    }, list)
  end)
end)

describe("the lexer on SQLite", function()
  it("knows quotes", function()
    splits(
      { [[SELECT 'a;''b\']], 'SELECT "a;""b"', "SELECT [a;]", "SELECT `a;``b`" },
      [[SELECT 'a;''b\'; SELECT "a;""b"; SELECT [a;]; SELECT `a;``b`;]],
      "sqlite"
    )
    splits(
      { [[SELECT E'\']], "SELECT x'00'", "SELECT $$", "$$" },
      [[SELECT E'\'; SELECT x'00'; SELECT $$;$$;]],
      "sqlite"
    )
  end)

  it("does not nest comments, and ends them at a line feed", function()
    splits({ "SELECT 1", "SELECT 2 */" }, "SELECT 1; /* /* ; */ SELECT 2 */;", "sqlite")
    splits({}, "-- a\rSELECT 1;", "sqlite")
    splits({ "SELECT 1" }, "/*/;*/ SELECT 1;", "sqlite")
  end)

  it("does not look into parentheses", function()
    splits({ "SELECT (1", "2)" }, "SELECT (1; 2);", "sqlite")
  end)

  it("finds the END of a trigger", function()
    for _, head in ipairs({
      "CREATE TRIGGER",
      "CREATE TEMP TRIGGER",
      "create temporary trigger",
      "EXPLAIN CREATE TRIGGER",
      "EXPLAIN QUERY PLAN CREATE TRIGGER",
      "CREATE /* ; */ TRIGGER",
    }) do
      local statement = head
        .. " IF NOT EXISTS t AFTER INSERT ON a WHEN new.b"
        .. " BEGIN SELECT CASE WHEN 1 THEN 2 END; DELETE FROM [end]; SELECT ';'; END"
      splits({ statement, "SELECT 1" }, statement .. "; SELECT 1;", "sqlite")
    end
  end)

  it("sees no trigger where there is none", function()
    splits({ "CREATE TABLE trigger", "END" }, "CREATE TABLE trigger; END;", "sqlite")
    splits({ "SELECT create trigger", "END" }, "SELECT create trigger; END;", "sqlite")
    splits({ 'CREATE "TRIGGER" a', "END" }, 'CREATE "TRIGGER" a; END;', "sqlite")
  end)
end)
