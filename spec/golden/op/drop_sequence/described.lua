op.drop_sequence("ids", { options = {} })
