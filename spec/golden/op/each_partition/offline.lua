options({ offline = true })
op.each_partition("report", print)
