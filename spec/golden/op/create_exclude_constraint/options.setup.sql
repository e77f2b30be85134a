DROP TABLE booking;
CREATE TABLE booking (room int4range, starts timestamp);
