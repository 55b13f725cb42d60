"""Makes a stored decision again from its stored inputs."""

from hashlib import sha256
from uuid import UUID

import msgspec

from backend.kernel.db import ReadTx
from backend.kernel.vault import Vault
from backend.underwriting import store
from backend.underwriting.domain.decision import ENGINE, DecisionInputs, canonical, decide
from backend.underwriting.errors import DecisionNotFound, DecisionNotReplayable
from backend.underwriting.records import ANSWER, INPUTS, DecisionRecord
from backend.underwriting.sealing import unseal
from shared.api.underwriting import ReplayOut


async def replay_decision(tx: ReadTx, vault: Vault, decision_id: UUID) -> ReplayOut:
    """Decides anew and compares the whole answer, trace included, byte by byte.

    Raises DecisionNotFound, DecisionNotReplayable (a person's, or an earlier engine's), DataErased.
    """
    record = await store.decision(tx, decision_id)
    if record is None:
        raise DecisionNotFound
    return await replay(tx, vault, record)


async def replay(tx: ReadTx, vault: Vault, record: DecisionRecord) -> ReplayOut:
    """`replay_decision` for a decision that was read already."""
    if record.by_person:
        raise DecisionNotReplayable(problem="a person made it; replay the engine's decision that it follows")
    if record.engine != ENGINE:
        raise DecisionNotReplayable(problem=f"it was made by engine {record.engine}, this is engine {ENGINE}")
    inputs, answer = await opened(tx, vault, record)
    again = decide(msgspec.json.decode(inputs, type=DecisionInputs))
    replayed = msgspec.json.encode(again)
    untouched = sha256(inputs).hexdigest() == record.inputs_sha256 == again.inputs_sha256
    return ReplayOut(
        decision_id=record.id,
        same=untouched and replayed == answer,
        inputs_sha256=record.inputs_sha256,
        stored_sha256=sha256(answer).hexdigest(),
        replayed_sha256=sha256(replayed).hexdigest(),
    )


async def opened(tx: ReadTx, vault: Vault, record: DecisionRecord) -> tuple[bytes, bytes]:
    """The canonical inputs and the answer of an engine's decision. Raises DataErased."""
    assert record.sealed_inputs is not None, "an engine's decision keeps its inputs"
    assert record.sealed_answer is not None, "an engine's decision keeps its answer"
    row = {"row_id": record.id, "user_id": record.user_id}
    inputs = await unseal(tx, vault, INPUTS, record.sealed_inputs, **row)
    assert canonical(msgspec.json.decode(inputs, type=DecisionInputs)) == inputs, "inputs are stored canonically"
    return inputs, await unseal(tx, vault, ANSWER, record.sealed_answer, **row)
