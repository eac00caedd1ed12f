"""The compiler: text in, manifest and diagnostics out. Pure; files are read through one loader."""
