for kind, name in
  (
    "table account, column account.Odd, index ix_account, view ages, materialized_view m, schema bixie,"
    .. "sequence bixie.ids, type mood, domain email, extension citext, role neap_golden_reader, statistics bixie.st,"
    .. "procedure nothing(), aggregate total(integer), routine twice(integer), function twice(a integer),"
  ):gmatch("%s*([%w_]+) ([^,]+),")
do
  op.set_comment((kind:gsub("_", " ")), name, "it's\\here")
end
