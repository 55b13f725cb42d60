"""What a place in the app is."""

import re
from dataclasses import dataclass, fields
from typing import ClassVar
from urllib.parse import quote, urlencode


@dataclass(frozen=True)
class Route:
    """A place. Fields named in `pattern` are parts of the path, the others of the query."""

    pattern: ClassVar[str] = ""
    also: ClassVar[tuple[str, ...]] = ()  # other addresses that lead here, such as those of links in chats
    public: ClassVar[bool] = False  # may be seen by whoever is not signed in
    tab: ClassVar[str] = ""  # which entry of the navigation it belongs to; none hides the navigation
    parent: ClassVar[str] = "/"  # where "back" leads when there is no history

    @property
    def path(self) -> str:
        """The path with its query."""
        inside = set(re.findall(r"{(\w+)}", self.pattern))
        given = {each.name: getattr(self, each.name) for each in fields(self) if each.name not in inside}
        rest = {name: str(value) for name, value in given.items() if value not in {None, ""}}
        return f"{self.spot}?{urlencode(rest)}" if rest else self.spot

    @property
    def spot(self) -> str:
        """The path alone: where it is another one, nothing of what was done on the screen goes along."""
        given = {each.name: getattr(self, each.name) for each in fields(self)}
        return self.pattern.format_map({name: quote(str(value), safe="") for name, value in given.items()})

    @property
    def back(self) -> str:
        """The path of the place above this one."""
        return self.parent.format_map({each.name: getattr(self, each.name) for each in fields(self)})
