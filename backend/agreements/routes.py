"""Agreements over HTTP: read, download, sign, cancel, and prove it."""

from typing import Annotated
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter

from backend.agreements.usecases import read_agreements
from backend.agreements.usecases.cancel_agreement import cancel_agreement
from backend.agreements.usecases.sign_agreement import send_signing_code, sign_agreement
from backend.kernel.edge import Edge
from backend.kernel.vault import Vault
from shared.api.agreements import AgreementOut, AgreementSummary, CancelIn, DocumentKind, EvidenceOut, SignIn
from shared.api.identity import CodeChannel, CodeSent
from shared.paging import DEFAULT_PAGE, MAX_PAGE, Page

ApplicationId = Annotated[UUID | None, QueryParameter(name="application_id", description="Of this application")]
BusinessId = Annotated[UUID | None, QueryParameter(name="business_id", description="Of this business of yours")]
Cursor = Annotated[
    str | None, QueryParameter(name="cursor", max_length=64, description="`next_cursor` of the last page")
]
Channel = Annotated[
    CodeChannel | None,
    QueryParameter(name="channel", description="How the code travels; by `voice` only once one was sent otherwise"),
]
Limit = Annotated[int, QueryParameter(name="limit", ge=1, le=MAX_PAGE, description="How many items at most")]


class AgreementsController(Controller):
    """Agreements and their documents."""

    path = "/v1/agreements"
    tags = ("Agreements",)

    @get("/", operation_id="listAgreements", summary="Agreements, the newest first")
    async def agreements(
        self,
        *,
        edge: NamedDependency[Edge],
        application_id: ApplicationId = None,
        business_id: BusinessId = None,
        cursor: Cursor = None,
        limit: Limit = DEFAULT_PAGE,
    ) -> Page[AgreementSummary]:
        """The caller's agreements; the tenant's for its staff."""
        return await edge.read(
            lambda tx: read_agreements.list_agreements(
                tx, application_id=application_id, business_id=business_id, cursor=cursor, limit=limit
            )
        )

    @get("/{agreement_id:uuid}", operation_id="getAgreement", summary="One agreement")
    async def agreement(self, edge: NamedDependency[Edge], agreement_id: FromPath[UUID]) -> AgreementOut:
        """An agreement as it stands, with what a signature must send back while it can be signed."""
        return await edge.read(lambda tx: read_agreements.show(tx, agreement_id))

    @get(
        "/{agreement_id:uuid}/documents/{kind:str}",
        operation_id="downloadAgreementDocument",
        summary="A document as PDF",
        media_type="application/pdf",
    )
    async def document(
        self,
        edge: NamedDependency[Edge],
        vault: NamedDependency[Vault],
        agreement_id: FromPath[UUID],
        kind: FromPath[DocumentKind],
    ) -> Response[bytes]:
        """The key facts or the contract, exactly as it is signed; `ETag` is its SHA-256."""
        found = await edge.read(lambda tx: read_agreements.document(tx, vault, agreement_id, kind))
        return Response(
            found.content,
            media_type=found.media_type,
            headers={"Content-Disposition": f'inline; filename="{found.filename}"', "ETag": f'"{found.sha256}"'},
        )

    @post(
        "/{agreement_id:uuid}/signing-codes",
        operation_id="sendSigningCode",
        summary="Send the code that signs",
        status_code=202,
    )
    async def signing_code(
        self,
        edge: NamedDependency[Edge],
        vault: NamedDependency[Vault],
        agreement_id: FromPath[UUID],
        channel: Channel = None,
    ) -> CodeSent:
        """Sends the caller a code that is good for signing this agreement as it is, and for nothing else."""
        return await edge.write(lambda tx: send_signing_code(tx, vault, agreement_id, channel), CodeSent)

    @post("/{agreement_id:uuid}/sign", operation_id="signAgreement", summary="Sign", status_code=200)
    async def sign(
        self,
        edge: NamedDependency[Edge],
        vault: NamedDependency[Vault],
        agreement_id: FromPath[UUID],
        data: JSONBody[SignIn],
    ) -> AgreementOut:
        """Signs with the code that was sent. The loan is created, and its money is paid out."""
        return await edge.write(
            lambda tx: sign_agreement(tx, vault, agreement_id, data, edge.address, edge.user_agent), AgreementOut
        )

    @post("/{agreement_id:uuid}/cancel", operation_id="cancelAgreement", summary="Cancel", status_code=200)
    async def cancel(
        self, edge: NamedDependency[Edge], agreement_id: FromPath[UUID], data: JSONBody[CancelIn]
    ) -> AgreementOut:
        """Cancels while `may_cancel`: at once before the payout; after it, once the loan is paid off by `return_by`."""
        return await edge.write(lambda tx: cancel_agreement(tx, agreement_id, data.reason), AgreementOut)

    @get("/{agreement_id:uuid}/evidence", operation_id="getSignatureEvidence", summary="The evidence of the signature")
    async def evidence(
        self, edge: NamedDependency[Edge], vault: NamedDependency[Vault], agreement_id: FromPath[UUID]
    ) -> EvidenceOut:
        """Who signed what, when and from where; and whether all of it is still as it was."""
        return await edge.read(lambda tx: read_agreements.evidence(tx, vault, agreement_id))
