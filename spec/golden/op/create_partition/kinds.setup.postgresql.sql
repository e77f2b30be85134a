CREATE TABLE by_list (country text, id integer) PARTITION BY LIST (country);
CREATE TABLE by_hash (id integer) PARTITION BY HASH (id);
CREATE TABLE by_two (a integer, b text) PARTITION BY RANGE (a, b);
