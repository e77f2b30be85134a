op.create_materialized_view(
  "ages",
  "SELECT age, count(*) AS number FROM account GROUP BY age -- by age"
)
