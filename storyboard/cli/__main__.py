"""`python -m storyboard.cli`: the command line, for when its script is not on the path."""

from storyboard.cli import main

main(prog_name="sbc")
