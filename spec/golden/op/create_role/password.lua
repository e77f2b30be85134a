op.create_role("neap_golden", {
  password = "SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=",
  login = true,
  if_not_exists = true,
  settings = { search_path = "bixie, public", work_mem = "8MB" },
})
