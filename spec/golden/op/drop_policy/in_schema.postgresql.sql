DROP POLICY own ON main.thing;
