op.create_policy("everybody", "bixie.report")
