"""Files of the user: written completely or not at all, and never over a file that is not ours to replace."""
