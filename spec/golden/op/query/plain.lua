answer({ { id = 1 } })
for _, row in ipairs(op.query("SELECT id FROM account")) do
  op.execute("DELETE FROM account WHERE id = :id", { id = row.id })
end
