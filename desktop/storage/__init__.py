"""What the client keeps between its runs, in the folder of one profile: queue, sites, settings, passwords."""
