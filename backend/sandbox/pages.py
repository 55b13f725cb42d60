"""Pages for a tester's browser: what came in on the phone, and the page behind a payment link."""

from html import escape

from litestar import MediaType, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from backend.sandbox.links import find_link, settle_link
from backend.sandbox.store import Message, World
from shared.api.sandbox import Link, LinkStatus
from shared.money import Money

_SHOWN = 50
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'"
_FRAME = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><style>
:root {{ color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }}
body {{ max-width: 40rem; margin: 2rem auto; padding: 0 1rem }}
article {{ border: 1px solid #8884; border-radius: .75rem; padding: .75rem 1rem; margin: .75rem 0 }}
article p {{ margin: .25rem 0; white-space: pre-wrap; overflow-wrap: anywhere }}
small {{ opacity: .75 }} button, input {{ font: inherit; padding: .4rem .8rem }}
</style></head><body><h1>{title}</h1>{body}</body></html>"""


@get("/", operation_id="sandboxShowPhone", opt={"public": True})
async def phone(world: NamedDependency[World], to: FromQuery[str | None] = None) -> Response[str]:
    """The newest messages, of one address or of all."""
    async with world.open() as tx:
        messages = await tx.inbox(to or None, _SHOWN)
    field = f'<label>Number or e-mail <input name="to" value="{escape(to or "")}"></label>'
    listed = "".join(_article(message) for message in messages) or "<p>Nothing came in yet.</p>"
    return _page("The sandbox phone", f"<form>{field} <button>Show</button></form>{listed}")


@get("/pay/{link_id:str}", operation_id="sandboxShowLink", opt={"public": True})
async def show_link(
    link_id: FromPath[str], world: NamedDependency[World], sandbox_url: NamedDependency[str]
) -> Response[str]:
    """What a payment link asks for, and the button that pays it."""
    return _page("Sandbox Bank", _invoice(await find_link(world, link_id, sandbox_url)))


@post("/pay/{link_id:str}", operation_id="sandboxPayOnPage", opt={"public": True}, status_code=303)
async def pay_on_page(
    link_id: FromPath[str], world: NamedDependency[World], sandbox_url: NamedDependency[str]
) -> Redirect:
    """Pays the link and shows it again."""
    await settle_link(world, link_id, sandbox_url, payer_name="Ada Tester")
    return Redirect(f"/pay/{link_id}", status_code=303)


def _article(message: Message) -> str:
    heading = f"{message.channel} to {message.address}, {message.sent_at:%Y-%m-%d %H:%M:%S} UTC"
    subject = f"<p><strong>{escape(message.subject)}</strong></p>" if message.subject else ""
    return f"<article><small>{escape(heading)}</small>{subject}<p>{escape(message.text)}</p></article>"


def _invoice(link: Link) -> str:
    amount = escape(str(Money.of(link.amount_minor, link.currency)))
    text = f"<p>{escape(link.description or link.reference)}</p><p><strong>{amount}</strong></p>"
    if link.status is LinkStatus.OPEN:
        return f'<article>{text}<form method="post"><button>Pay {amount}</button></form></article>'
    return f"<article>{text}<p>This link is {link.status.value}.</p></article>"


def _page(title: str, body: str) -> Response[str]:
    content = _FRAME.format(title=escape(title), body=body)
    return Response(content, media_type=MediaType.HTML, headers={"Content-Security-Policy": _POLICY})


routes = (phone, show_link, pay_on_page)
