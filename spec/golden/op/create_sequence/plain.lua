op.create_sequence("ids")
