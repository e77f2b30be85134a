op.register("create_table", function() end)
