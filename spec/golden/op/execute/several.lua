op.execute(
  "INSERT INTO account (id, name) VALUES (1, 'a;b'); -- one; two\nUPDATE account SET name = 'c' /* ; */;"
)
