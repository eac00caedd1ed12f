"""`python -m storyboard.cli`: the command where no script of it is on the path."""

from storyboard.cli import main

main(prog_name="sbc")
