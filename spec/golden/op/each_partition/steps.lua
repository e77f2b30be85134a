answer({
  {
    name = "public.report_1",
    bound = "FOR VALUES FROM ('2024-01-01') TO ('2024-01-08')",
    range = "FOR VALUES FROM ('2024-01-01') TO ('2024-01-08')",
    key_type = "date",
  },
  {
    name = "public.Report_2",
    bound = "FOR VALUES FROM ('2025-01-01') TO ('2025-01-08')",
    range = "FOR VALUES FROM ('2025-01-01') TO ('2025-01-08')",
    key_type = "date",
  },
  { name = "public.report_rest", bound = "DEFAULT", range = "DEFAULT", key_type = "date" },
})
answer({})
answer({ { i = 1, place = 1 }, { i = 2, place = 2 } })
op.each_partition("report", function(name)
  op.create_index(nil, name, "day")
end, {
  commit = true,
  order = "newest first",
  from = "2024-01-01",
  to = "2025-01-02",
  lock_timeout = "2s",
})
