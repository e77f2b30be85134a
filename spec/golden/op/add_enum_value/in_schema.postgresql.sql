ALTER TYPE main.mood ADD VALUE 'ok';
