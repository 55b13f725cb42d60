"""`caas close-day`: close of business by hand; the worker does it by the calendar by itself."""

import asyncio
from datetime import date, datetime

import click

from backend import servicing, wiring
from backend.cli.ground import settings_here
from backend.kernel.module import Services
from backend.kernel.scope import Scope
from backend.kernel.tenants import TenantMode
from backend.settings import Settings
from shared.api.business_day import CloseBusinessDayIn

_LOOK_EVERY_S = 0.5


@click.command()
@click.argument("tenant")
@click.option("--through", type=click.DateTime(["%Y-%m-%d"]), help="The last day to close. Default: the present one.")
@click.option("--wait", "limit_s", default=600, show_default=True, help="Seconds to wait for the worker; 0 for none.")
def close_day(tenant: str, through: datetime | None, limit_s: int) -> None:
    """Closes business days of TENANT (its short name): interest, due dates, what is overdue, reminders.

    A running worker does the work. A sandbox tenant may run ahead of the calendar, a live one not.
    """
    with settings_here() as settings:
        asyncio.run(_close(settings, tenant, through.date() if through else None, limit_s))


async def _close(settings: Settings, slug: str, through: date | None, limit_s: int) -> None:
    services = wiring.build_services(settings)
    try:
        tenant = await services.tenants.by_slug(slug)
        scope = Scope.system(tenant.id, "close-day")
        ahead = tenant.mode is TenantMode.SANDBOX
        async with services.database.write(scope) as tx:
            last = through or (await servicing.read_business_day(tx)).business_date
            await servicing.request_close(tx, CloseBusinessDayIn(through=last), may_run_ahead=ahead)
        click.echo(f"Closing {slug} through {last} …")
        if limit_s:
            await _until_closed(services, scope, last, limit_s)
    finally:
        await services.database.close()


async def _until_closed(services: Services, scope: Scope, last: date, limit_s: int) -> None:
    shown: date | None = None
    try:
        async with asyncio.timeout(limit_s):
            while True:
                async with services.database.read(scope) as tx:
                    today = (await servicing.read_business_day(tx)).business_date
                if today != shown:
                    click.echo(f"Business is on {today}.")
                    shown = today
                if today > last:
                    return
                await asyncio.sleep(_LOOK_EVERY_S)
    except TimeoutError:
        raise click.ClickException(f"Not closed after {limit_s} s. Does `caas worker` run?") from None
