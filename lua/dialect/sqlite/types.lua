--- Enums and domains: SQLite has none.

local text = require("neap.dialect.sqlite.text")

local function no_enum()
  text.lacks("enum types", "use a text column with check = \"mood IN ('sad', 'ok')\" there")
end

local function no_domain()
  text.lacks("domains", "use the type itself, with a check, there")
end

return {
  create_enum = no_enum,
  add_enum_value = no_enum,
  rename_enum_value = no_enum,
  drop_type = function()
    text.lacks("types of one's own")
  end,
  create_domain = no_domain,
  drop_domain = no_domain,
}
