op.with_dependents("account")
