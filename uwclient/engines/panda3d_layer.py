"""Owns the layer over a Panda3D window that scenes are drawn on: a display region in pixels, above all others."""

from __future__ import annotations

from typing import Any

from panda3d.core import Camera, GraphicsWindow, NodePath, OrthographicLens, TransparencyAttrib

ON_TOP = 10_000
"""The sort of the display region; those of the game itself are far below (render2dp has 20)."""

Size = tuple[int, int]


class WindowLayer:
    """Owns a display region over the game's window, and the root of what is drawn there in pixels.

    The region has a scene graph of its own, which shares no state with the game's, and is switched off while there is
    nothing to draw.

    Attributes:
        window: the game's window, or None.
        size: its size, in pixels.
        root: what is below this is drawn.

    """

    def __init__(self, base: Any) -> None:
        self._base = base
        self.window: Any = None
        self._region: Any = None
        self.size: Size = (0, 0)
        self.root = NodePath("uwclient")
        self.root.setDepthTest(False)
        self.root.setDepthWrite(False)
        self.root.setTwoSided(True)
        self.root.setTransparency(TransparencyAttrib.MAlpha)
        self.root.setBin("unsorted", 0)
        self._lens = OrthographicLens()
        self._lens.setNearFar(-1, 1)
        self._camera: Any = None

    @property
    def needs_powers_of_two(self) -> bool:
        """Whether the renderer requires textures whose sides are powers of two."""
        renderer = None if self.window is None else self.window.getGsg()
        return renderer is not None and not renderer.getSupportsTexNonPow2()

    @property
    def is_linear(self) -> bool:
        """Whether the window takes linear colors and converts them to sRGB itself."""
        return self.window is not None and bool(self.window.getFbProperties().getSrgbColor())

    def follow(self) -> bool:
        """Follow the game's window, which may be another one or resized; whether it can be drawn on."""
        window = getattr(self._base, "win", None)
        if window is not self.window:
            self._leave()
            self._enter(window)
        if window is None:
            return False
        size: Size = (window.getXSize(), window.getYSize())
        if size != self.size:
            self.size = size
            self._lens.setFilmSize(*size)
            self._lens.setFilmOffset(size[0] / 2, -size[1] / 2)
        return min(size) > 0 and not _is_minimised(window)

    def show(self, visible: bool) -> None:
        """Show or hide the layer."""
        if self._region is not None and self._region.isActive() != visible:
            self._region.setActive(visible)

    def close(self) -> None:
        """Remove everything."""
        self._leave()
        self.root.removeNode()

    def _enter(self, window: Any) -> None:
        self.window = window
        self.size = (0, 0)
        if window is not None:
            self._camera = self.root.attachNewNode(Camera("uwclient", self._lens))
            self._region = window.makeMonoDisplayRegion()
            self._region.setSort(ON_TOP)
            self._region.setIncompleteRender(False)
            self._region.setCamera(self._camera)
            self._region.setActive(False)

    def _leave(self) -> None:
        if self._region is not None:
            self._camera.removeNode()  # closing a window removes it too
            self.window.removeDisplayRegion(self._region)
        self._region = self.window = None


def _is_minimised(window: Any) -> bool:
    return isinstance(window, GraphicsWindow) and bool(window.getProperties().getMinimized())
