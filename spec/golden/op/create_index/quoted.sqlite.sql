CREATE INDEX "Ix Email" ON account (email);
