"""Projects: the template of a new one, the project file and its settings, ceilings, models, and the check of the
machine."""
