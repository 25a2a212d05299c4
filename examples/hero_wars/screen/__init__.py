"""Everything with pixels: figures, scenery, panels, keyboard and mouse."""
