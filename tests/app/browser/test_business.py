"""A business from its registration to its offers, as its owner lives it; the platform is asked after each part."""

from pathlib import Path

from playwright.async_api import Browser

from backend.cli.phone import sign_in
from backend.seed import DEMO_TENANTS, staff_phone
from shared.api.applications import ApplicationStatus
from shared.api.onboarding import CaseState
from shared.api.products import ProductKind
from shared.client import AsyncClient
from shared.roles import Role
from tests.app.browser.conftest import AppProcess, Borrower
from tests.builders.app_firm_walk import FirmWalker
from tests.builders.browser import visit
from tests.builders.money_stage import until


async def test_a_business_is_registered_proved_and_applied_for_up_to_its_offers(
    borrower: Borrower, staff: AsyncClient, browser: Browser, app_process: AppProcess, tmp_path: Path
) -> None:
    person = await staff.identity.find_person(phone=borrower.phone)
    officer = staff.as_user()
    await sign_in(officer, staff_phone(DEMO_TENANTS[0], Role.COMPLIANCE_OFFICER), "Compliance")
    today = (await staff.servicing.business_day()).business_date
    async with visit(browser, app_process.url, "/profile/businesses", state=borrower.state) as seen:
        walker = FirmWalker(seen, tmp_path, looking=True)

        business_id = await walker.register()
        business = await staff.identity.business(business_id)
        assert (business.name, business.registration_number) == (walker.name, walker.number)

        await walker.prove()
        case = await staff.onboarding.kyb_of(business_id)
        assert (case.state, case.user_id) == (CaseState.PASSED, person.id)
        given = (await officer.onboarding.case_review(case.id)).details
        assert given["beneficial_owners"]["owners"][0]["share_bps"] == 6_250  # type: ignore[index]
        assert given["registration_details"]["registration_number"] == walker.number  # type: ignore[index]

        await walker.invite(business_id, "cfo@example.com")
        mails = await until(lambda: staff.sandbox.inbox("cfo@example.com"), bool)
        assert walker.name in mails[0].text

        application_id = await walker.apply(business_id, today)
        await seen.see("take-harbor")
        await seen.hear(f"For {walker.name}")
        await walker.look("offers for a business")

    found = await staff.applications.application(application_id)
    assert (found.status, found.business_id) == (ApplicationStatus.OFFERED, business_id)
    assert found.product_kind is ProductKind.WORKING_CAPITAL
    assert found.details is None
    assert {name: barriers for name, barriers in walker.looks.items() if barriers} == {}
