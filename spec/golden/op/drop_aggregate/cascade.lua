op.drop_aggregate("total(integer)", { cascade = true })
