COMMENT ON COLUMN account.age IS 'in years';
