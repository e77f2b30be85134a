answer({
  { name = "public.report_1", bound = "FOR VALUES FROM ('2024-01-01') TO ('2024-01-08')" },
  { name = "public.Report_2", bound = "FOR VALUES FROM ('2025-01-01') TO ('2025-01-08')" },
  { name = "public.report_rest", bound = "DEFAULT" },
})
op.each_partition("report", function(name)
  op.create_index(nil, name, "day")
end, {
  commit = true,
  order = "newest first",
  from = "2024-01-01",
  to = "2025-01-02",
  lock_timeout = "2s",
})
