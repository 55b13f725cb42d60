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
        given = {each.name: getattr(self, each.name) for each in fields(self)}
        inside = set(re.findall(r"{(\w+)}", self.pattern))
        path = self.pattern.format_map({name: quote(str(given[name]), safe="") for name in inside})
        rest = {name: str(value) for name, value in given.items() if name not in inside and value not in {None, ""}}
        return f"{path}?{urlencode(rest)}" if rest else path

    @property
    def back(self) -> str:
        """The path of the place above this one."""
        return self.parent.format_map({each.name: getattr(self, each.name) for each in fields(self)})
