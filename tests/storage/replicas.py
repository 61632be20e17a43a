"""Starting the processes of `replica.py` and collecting what they say."""

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

REPLICA = Path(__file__).with_name("replica.py")


async def replica(*arguments: object) -> Any:
    """What one process answers; its exit code where it died."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, REPLICA, *map(str, arguments), stdout=asyncio.subprocess.PIPE
    )
    said, _ = await process.communicate()
    return json.loads(said) if said else process.returncode


async def replicas(count: int, *arguments: object) -> list[Any]:
    """What so many of them answer that do the same at the same time."""
    return await asyncio.gather(*(replica(*arguments) for _ in range(count)))
