answer({ { name = "main.report_1", bound = "DEFAULT" } })
op.each_partition("report", function(name)
  op.execute("COMMENT ON TABLE " .. name .. " IS 'one'")
end, { schema = "main" })
