ALTER TABLE account ADD PRIMARY KEY (id, email) INCLUDE (name);
