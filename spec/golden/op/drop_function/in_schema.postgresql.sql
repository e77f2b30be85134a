DROP FUNCTION main.f(a.b);
