CREATE TABLE "größe" (
    "日本" integer,
    x text DEFAULT '☃'
);
