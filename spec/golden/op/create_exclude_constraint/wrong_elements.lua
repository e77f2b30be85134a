op.create_exclude_constraint("no_overlap", "booking", { "room", "=" })
