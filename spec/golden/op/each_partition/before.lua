answer({
  {
    name = "public.report_1",
    bound = "x",
    range = "FOR VALUES FROM ('2024-01-01') TO ('2024-01-08')",
    key_type = "date",
  },
  { name = "public.Report_2" },
})
answer({})
answer({ { i = 1, place = 1 } })
op.each_partition("report", function(name)
  op.create_index(nil, name, "day")
end, { before = "2024-02-01", every = "week" })
