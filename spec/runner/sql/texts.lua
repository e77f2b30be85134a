--- Random SQL texts for the property specs: fragments that matter to a lexer, glued together.
local texts = {}

local shared = {
  " ",
  "\n",
  " ",
  ";",
  ";",
  "; ",
  "\n;",
  "'",
  "''",
  "'a'",
  "'a;b'",
  '"',
  '""',
  '"a;b"',
  "--",
  "-- a;b\n",
  "-- '\n",
  "/*",
  "*/",
  "/* a; */",
  "/**/",
  "/*/",
  "*",
  "/",
  "-",
  "a",
  "b1",
  "_c",
  "1",
  "2.5",
  "é",
  "e",
  "E",
  "x",
  "u",
  "&",
  "(",
  ")",
  ",",
  ".",
  "=",
  "SELECT ",
  "SELECT 1",
  "case ",
  "CASE WHEN a THEN b END",
  "END",
  " END;",
  "CREATE ",
  "TABLE ",
  "EXPLAIN ",
  " AS ",
  "$",
  "$1",
  "a$",
  "%",
  "?",
  "#",
  "@",
  "!",
  "~",
  "\t",
}

-- Routine bodies are whole ones: psql counts every BEGIN, CASE and END, which differs in wrong SQL.
local only = {
  postgresql = {
    "$$",
    "$$ ; $$",
    "$a$",
    "$a$ ; $a$",
    "$A$",
    "$_$",
    "$a1$",
    "$é$",
    "E'",
    "E'a''b'",
    "e'\\''",
    "E'\\\\'",
    "U&'",
    'U&"a"',
    "/* /* ; */ */",
    "\r",
    ";CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; END;",
    ";CREATE OR REPLACE PROCEDURE p() BEGIN ATOMIC SELECT CASE WHEN true THEN 1 END; END;",
    "DO ALSO (",
    "N'",
    "B'0'",
    "[",
    "]",
    "f(a; b)",
  },
  sqlite = {
    "[",
    "]",
    "[a;b]",
    "`",
    "`a;b`",
    "BEGIN ",
    "TRIGGER ",
    "TEMP ",
    "TEMPORARY ",
    "CREATE TRIGGER ",
    "CREATE TEMP TRIGGER ",
    "EXPLAIN CREATE TRIGGER ",
    "CREATE TRIGGER t BEGIN SELECT 1; END",
    "; END;",
    ";END",
    "end ;",
    "query plan ",
    "x'00'",
    "E'\\'",
    "$$",
    "\f",
  },
}

local seed = tonumber(os.getenv("NEAP_SEED")) or os.time()

--- What to say in the name of a spec, so that a failure can be repeated with NEAP_SEED=...
texts.seed = seed

--- A list of so many random texts.
function texts.random(dialect, count)
  math.randomseed(seed)
  local own = only[dialect]
  local list = {}
  for _ = 1, count do
    local parts = {}
    for _ = 1, math.random(1, 30) do
      local from = math.random(3) == 1 and own or shared
      table.insert(parts, from[math.random(#from)])
    end
    table.insert(list, table.concat(parts))
  end
  return list
end

--- A list of random byte strings, of few different bytes each.
function texts.bytes(count)
  math.randomseed(seed)
  local list = {}
  for _ = 1, count do
    local alphabet = { "'", '"', "$", ";", "-", "/", "*", "\\", "\n", "(", ")", "[", "E", "\0" }
    for _ = 1, 10 do
      table.insert(alphabet, string.char(math.random(0, 255)))
    end
    local parts = {}
    for _ = 1, math.random(0, 60) do
      table.insert(parts, alphabet[math.random(#alphabet)])
    end
    table.insert(list, table.concat(parts))
  end
  return list
end

return texts
