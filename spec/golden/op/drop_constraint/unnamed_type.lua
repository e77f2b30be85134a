op.drop_constraint(nil, "child", { columns = { "parent" }, type = "foreignkey" })
