"""Projects: the template of a new one, the project file and its settings, ceilings, models, and the check of the
machine.

    new             a new project
    file            the project file (root: where it is; settings: its values; toml_file: their places)
    ceilings        what films may cost (daily_ceiling: written into the file)
    models_file     a project's own models; refresh: the shipped ones compared with the service's
    doctor          what this machine lacks
"""
