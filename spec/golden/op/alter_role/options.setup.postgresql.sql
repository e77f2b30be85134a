CREATE ROLE "neap golden";
