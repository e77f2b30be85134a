ALTER TYPE main.mood RENAME VALUE 'sad' TO 'down';
