"""A project to begin with: a script that teaches the language, its cast, its pictures."""
