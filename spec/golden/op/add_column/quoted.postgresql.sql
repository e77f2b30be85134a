ALTER TABLE account ADD COLUMN "Größe ""x""" numeric(4,1);
