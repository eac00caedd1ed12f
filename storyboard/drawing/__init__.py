"""Pictures in space: a shot composed from its reference images, with its overlays."""
