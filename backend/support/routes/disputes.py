"""Disputes over HTTP."""

from typing import Annotated
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, MultipartBody, QueryParameter

from backend.kernel.auth import by_chat, requires
from backend.kernel.edge import Edge
from backend.kernel.paging import Cursor, Limit
from backend.kernel.scope import Assurance, Role
from backend.kernel.vault import Vault
from backend.support.routes.upload import FileForm, download, keep_body
from backend.support.usecases import show_dispute, work_dispute
from backend.support.usecases.files import check_file
from backend.support.usecases.open_dispute import open_dispute
from shared.api.conversations import AttachmentOut
from shared.api.disputes import (
    DisputeIn,
    DisputeNoteIn,
    DisputeOut,
    DisputeStatus,
    DisputeSummary,
    ResolveDisputeIn,
)
from shared.paging import DEFAULT_PAGE, Page

DECIDERS = [requires(Role.SUPPORT_AGENT, Role.OPERATIONS, Role.COMPLIANCE_OFFICER)]
BY_CHAT = by_chat(Assurance.STEPPED_UP)
OfLoan = Annotated[UUID | None, QueryParameter(name="loan_id", description="Only about this loan")]
Status = Annotated[DisputeStatus | None, QueryParameter(name="status", description="Only those that stand there")]
Edge_ = NamedDependency[Edge]
Vault_ = NamedDependency[Vault]
Id = FromPath[UUID]


class DisputeController(Controller):
    """What borrowers say is wrong, and what comes of it."""

    path = "/v1"
    tags = ("Disputes",)

    @post(
        "/loans/{loan_id:uuid}/disputes", operation_id="openDispute", summary="Say that something is wrong", opt=BY_CHAT
    )
    async def open(self, edge: Edge_, vault: Vault_, loan_id: Id, data: JSONBody[DisputeIn]) -> DisputeOut:
        """A transaction, a charge or an instalment. The loan is not chased until there is an outcome."""
        return await edge.write(lambda tx: open_dispute(tx, vault, loan_id, data), DisputeOut)

    @get("/disputes", operation_id="listDisputes", summary="Disputes, the newest first", opt=BY_CHAT)
    async def disputes(
        self,
        *,
        edge: Edge_,
        loan_id: OfLoan = None,
        status: Status = None,
        cursor: Cursor = None,
        limit: Limit = DEFAULT_PAGE,
    ) -> Page[DisputeSummary]:
        """The caller's; the tenant's for its staff."""
        return await edge.read(
            lambda tx: show_dispute.list_disputes(tx, loan_id=loan_id, status=status, cursor=cursor, limit=limit)
        )

    @get("/disputes/overdue", operation_id="listOverdueDisputes", summary="Disputes that are late", guards=DECIDERS)
    async def overdue(self, edge: Edge_, limit: Limit = DEFAULT_PAGE) -> list[DisputeSummary]:
        """Whose outcome should have been told by now, the latest first."""
        return await edge.read(lambda tx: show_dispute.list_overdue(tx, limit))

    @get("/disputes/{dispute_id:uuid}", operation_id="getDispute", summary="One dispute", opt=BY_CHAT)
    async def one(self, edge: Edge_, vault: Vault_, dispute_id: Id) -> DisputeOut:
        """With its evidence, its timeline, and by when there is an answer."""
        return await edge.read(lambda tx: show_dispute.read_dispute(tx, vault, dispute_id))

    @post(
        "/disputes/{dispute_id:uuid}/evidence",
        operation_id="addDisputeEvidence",
        summary="Add a file",
        description="A JPEG, PNG, WebP or PDF of up to 10 MB; ten for a dispute at most.",
        before_request=keep_body,
        opt=BY_CHAT,
    )
    async def evidence(
        self, dispute_id: Id, data: MultipartBody[FileForm], edge: Edge_, vault: Vault_
    ) -> AttachmentOut:
        """Checks a file that shows what is wrong, and keeps it encrypted."""
        await edge.read(lambda tx: show_dispute.read_dispute(tx, vault, dispute_id))
        checked = await check_file(data.file.filename, await data.file.read())
        return await edge.write(lambda tx: work_dispute.add_evidence(tx, vault, dispute_id, checked), AttachmentOut)

    @get(
        "/disputes/{dispute_id:uuid}/evidence/{file_id:uuid}/content",
        operation_id="downloadDisputeEvidence",
        summary="A file's content",
    )
    async def content(self, dispute_id: Id, file_id: Id, edge: Edge_, vault: Vault_) -> Response[bytes]:
        """The file itself. A look by staff is noted in the audit log."""
        blob = await edge.write_unkeyed(lambda tx: work_dispute.read_evidence(tx, vault, dispute_id, file_id))
        return download(file_id, blob)

    @post("/disputes/{dispute_id:uuid}/notes", operation_id="tellDispute", summary="Say more", opt=BY_CHAT)
    async def tell(self, edge: Edge_, vault: Vault_, dispute_id: Id, data: JSONBody[DisputeNoteIn]) -> DisputeOut:
        """Answers what staff asked, or adds to the story."""
        return await edge.write(lambda tx: work_dispute.tell_more(tx, vault, dispute_id, data.text), DisputeOut)

    @post(
        "/disputes/{dispute_id:uuid}/withdraw", operation_id="withdrawDispute", summary="Take it back", status_code=200
    )
    async def withdraw(self, edge: Edge_, vault: Vault_, dispute_id: Id) -> DisputeOut:
        """Nothing was wrong after all."""
        return await edge.write(lambda tx: work_dispute.withdraw_dispute(tx, vault, dispute_id), DisputeOut)

    @post(
        "/disputes/{dispute_id:uuid}/escalate",
        operation_id="escalateDispute",
        summary="Ask for another look",
        status_code=200,
    )
    async def escalate(self, edge: Edge_, vault: Vault_, dispute_id: Id, data: JSONBody[DisputeNoteIn]) -> DisputeOut:
        """Once, within thirty days of an outcome; somebody else decides then."""
        return await edge.write(lambda tx: work_dispute.escalate_dispute(tx, vault, dispute_id, data.text), DisputeOut)

    @post(
        "/disputes/{dispute_id:uuid}/questions",
        operation_id="askAboutDispute",
        summary="Ask the borrower",
        guards=DECIDERS,
    )
    async def ask(self, edge: Edge_, vault: Vault_, dispute_id: Id, data: JSONBody[DisputeNoteIn]) -> DisputeOut:
        """What must be known before it can be decided."""
        return await edge.write(lambda tx: work_dispute.ask_more(tx, vault, dispute_id, data.text), DisputeOut)

    @post(
        "/disputes/{dispute_id:uuid}/resolve",
        operation_id="resolveDispute",
        summary="Decide",
        status_code=200,
        guards=DECIDERS,
    )
    async def resolve(self, edge: Edge_, vault: Vault_, dispute_id: Id, data: JSONBody[ResolveDisputeIn]) -> DisputeOut:
        """With reasons that the borrower reads. What was found is put right in the loan's books by operations."""
        return await edge.write(lambda tx: work_dispute.resolve_dispute(tx, vault, dispute_id, data), DisputeOut)
