answer({ { name = "public.report_1", bound = "x" }, { name = "public.Report_2", bound = "y" } })
op.each_partition("report", function(name)
  op.create_index(nil, name, "day")
end, { commit = true, order = "desc" })
