--- neap.sql for a plain Lua interpreter: enough for golden files of op to run without the binary.
--- Inside the binary the C module is used.

local shim = {}

local reserved = {
  postgresql = [[all analyse analyze and any array as asc asymmetric authorization between bigint binary bit boolean
    both case cast char character check coalesce collate collation column concurrently constraint create cross
    current_catalog current_date current_role current_schema current_time current_timestamp current_user dec decimal
    default deferrable desc distinct do else end except exists extract false fetch float for foreign freeze from full
    grant greatest group grouping having ilike in initially inner inout int integer intersect interval into is isnull
    join lateral leading least left like limit localtime localtimestamp national natural nchar none normalize not
    notnull null nullif numeric offset on only or order out outer overlaps overlay placing position precision primary
    real references returning right row select session_user setof similar smallint some substring symmetric
    tablesample table then time timestamp to trailing treat trim true union unique user using values varchar variadic
    verbose when where window with xmlattributes]],
  sqlite = [[abort action add all alter always analyze and as asc attach autoincrement before begin between by cascade
    case cast check collate column commit conflict constraint create cross current current_date current_time
    current_timestamp database default deferrable deferred delete desc detach distinct do drop each else end escape
    except exclusive exists explain fail filter first following for foreign from full generated glob group groups
    having if ignore immediate in index indexed initially inner insert instead intersect into is isnull join key last
    left like limit match materialized natural no not nothing notnull null nulls of offset on or order others outer
    over partition plan pragma preceding primary query raise range recursive references regexp reindex release rename
    replace restrict returning right rollback row rows savepoint select set table temp temporary then ties to
    transaction trigger unbounded union unique update using vacuum values view virtual when where window with without]],
}
for dialect, words in pairs(reserved) do
  local set = {}
  for word in words:gmatch("%S+") do
    set[word] = true
  end
  reserved[dialect] = set
end

function shim.quote_name(name, dialect)
  local plain = dialect == "sqlite" and "^[%a_][%w_]*$" or "^[a-z_][a-z0-9_]*$"
  if name:find(plain) and not reserved[dialect][name:lower()] then
    return name
  end
  return '"' .. name:gsub('"', '""') .. '"'
end

function shim.quote_string(text, dialect)
  local quoted = "'" .. text:gsub("'", "''") .. "'"
  if dialect == "postgresql" and text:find("\\", 1, true) then
    return "E" .. quoted:gsub("\\", "\\\\")
  end
  return quoted
end

function shim.quote_bytes(bytes, dialect)
  local hex = bytes:gsub(".", function(char)
    return ("%02x"):format(char:byte())
  end)
  return (dialect == "postgresql" and "E'\\\\x" or "x'") .. hex .. "'"
end

-- Good enough for golden files: strings and "::" are passed over.
function shim.parameters(text)
  local places, at = {}, 1
  while true do
    local start = text:find("[':]", at)
    if not start then
      return places
    elseif text:sub(start, start) == "'" then
      at = (text:find("'", start + 1, true) or #text) + 1
    elseif text:find("^::", start) then
      at = start + 2
    else
      local name = text:match("^[%a_][%w_]*", start + 1)
      local stop = start + #(name or "")
      if name then
        places[#places + 1] = { name = name, start = start, stop = stop }
      end
      at = stop + 1
    end
  end
end

return shim
