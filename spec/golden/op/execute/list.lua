if neap.dialect == "postgresql" then
  op.execute("INSERT INTO account VALUES ($1, $2, $3)", { 5, op.null, "it's" })
else
  op.execute("INSERT INTO account VALUES (?, ?2, ?3)", { 5, op.null, "it's" })
end
