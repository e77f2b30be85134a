op.each_partition("report")
