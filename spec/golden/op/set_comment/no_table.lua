op.set_comment("trigger", "touch", "x")
