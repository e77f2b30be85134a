op.each_partition("public.report", print, { leaves = true })
