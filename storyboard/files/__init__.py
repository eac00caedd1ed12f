"""Files of the user: written completely or not at all, and never over a file that is not ours to replace.

atomic          the one writer of files (exchange: two files change names; leftovers: after a killed process)
overwrite       what may be replaced (signatures: what tells our files from others)
folders         new folders, whole or not at all
normalization   names in any Unicode normal form
stamps          one state of a file told from another
sidecar         facts in JSON beside a file
cache           the user's cache folder
"""
