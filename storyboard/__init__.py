"""A declarative storyboard compiler."""
