op.each_partition("report", function(name)
  op.drop_table(name)
end, { schema = "main" })
