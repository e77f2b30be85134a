ALTER TABLE account RENAME TO "Konto";
