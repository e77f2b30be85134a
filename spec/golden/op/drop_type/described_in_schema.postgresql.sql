DROP TYPE main.mood;
