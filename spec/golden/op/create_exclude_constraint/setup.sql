CREATE TABLE booking (room int4range, starts timestamp, ends timestamp);
