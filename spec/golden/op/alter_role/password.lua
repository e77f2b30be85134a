op.alter_role("neap_golden", { password = "md5b5f5ba1a423792b526f799ae4eb3d59e" })
