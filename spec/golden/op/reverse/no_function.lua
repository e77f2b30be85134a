op.reverse(nil)
