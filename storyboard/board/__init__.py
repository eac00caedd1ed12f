"""The storyboard as a page to read, to share and to pin to the wall."""
