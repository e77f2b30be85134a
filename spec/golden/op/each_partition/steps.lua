answer({
  { name = "public.report_20240101", bound = "FOR VALUES FROM ('2024-01-01') TO ('2024-01-08')" },
  { name = "public.report_20240108", bound = "FOR VALUES FROM ('2024-01-08') TO ('2024-01-15')" },
  { name = "public.report_20240115", bound = "FOR VALUES FROM ('2024-01-15') TO ('2024-01-22')" },
  { name = "public.report_rest", bound = "DEFAULT" },
})
op.each_partition("report", function(name)
  op.drop_index("ix", { schema = name:match("^[^.]*") })
end, {
  commit = true,
  order = "newest first",
  from = "2024-01-01",
  to = "2024-01-15",
  lock_timeout = "2s",
})
