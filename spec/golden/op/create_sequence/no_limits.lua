op.create_sequence("ids", { minvalue = false, maxvalue = false, cycle = false, temporary = true })
