op.set_comment("column", "Odd", "x")
