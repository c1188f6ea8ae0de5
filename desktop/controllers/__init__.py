"""From a person's intent to the engine, the session and the places. Widgets are met as protocols only."""
