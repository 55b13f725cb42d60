"""The way back from where one is."""

from collections.abc import Callable


class WayBack:
    """`arrow` is what the arrow of the screen that shows does, None without one; a phone's own back does the same."""

    def __init__(self) -> None:
        self.arrow: Callable[[], object] | None = None
