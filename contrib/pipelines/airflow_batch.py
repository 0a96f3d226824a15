"""A text for each product, each night, as a DAG of Airflow 2.4 or later. The folder FOLDER is on a disk that all workers see.

An attempt that is ended, cleared or killed costs no answer: the next one goes on with the output. Ending a task in Airflow raises an
exception in the loop, which ends the run: what is in flight is recorded first.
"""

from __future__ import annotations

import datetime
import logging
import os
import pathlib

from airflow.decorators import dag, task
from airflow.exceptions import AirflowFailException

import ration

FOLDER = pathlib.Path(os.environ.get("TEXTS_FOLDER", "/data/texts"))
PROGRAM = os.environ.get("TEXTS_RATION", "ration")
OPTIONS = {"id": "sku", "tier": "gpt-4o-mini-tier-1", "max_cost": 20}
# The provider's batch API: half the price, within a day. The task ends when all is with the API, and each retry collects what has
# ended; so no process waits. By single requests: an empty dict.
BATCH = {"batch": True, "detach": True} if os.environ.get("TEXTS_BATCH") else {}

log = logging.getLogger(__name__)


def ask(folder: pathlib.Path, **options: object) -> dict[str, float | int]:
    """All rows that have no answer; what is returned goes to the next task."""
    batch = ration.run(
        folder / "products.csv",
        output=folder / "texts.jsonl",
        prompt=folder / "product.txt",
        resume=True,
        program=PROGRAM,
        **{**OPTIONS, **BATCH, **options},
    )
    try:
        for number, answer in enumerate(batch, 1):
            if number % 1000 == 0:
                log.info("%d rows are answered, the last one %s", number, answer.id)
    except ration.RowsFailed:
        for failure in batch.failures():
            log.warning("%s: %s: %s", failure.id, failure.kind, failure.message)
    except ration.NothingSent as error:
        raise AirflowFailException(str(error)) from error  # to try again is of no use
    # Stopped, CannotGoOn and Died go on to Airflow: the task fails, and its next attempt goes on with the output.
    assert batch.summary is not None
    artists, cost = batch.summary["artists"], batch.summary["cost"]
    return {"done": artists["done"], "failed": artists["failed"], "dollars": cost["all_dollars"] or 0}


@dag(
    schedule="@daily",
    start_date=datetime.datetime(2026, 1, 1),
    catchup=False,
    max_active_runs=1,  # two runs would have one output
)
def texts() -> None:
    """One task that asks, one that does something with the answers."""

    @task(retries=48, retry_delay=datetime.timedelta(minutes=30))
    def ask_all() -> dict[str, float | int]:
        return ask(FOLDER)

    @task
    def publish(told: dict[str, float | int]) -> None:
        log.info("%s", told)
        for answer in ration.answers(FOLDER / "texts.jsonl"):
            log.debug("%s", answer.id)  # here they go where they belong

    publish(ask_all())


texts()
