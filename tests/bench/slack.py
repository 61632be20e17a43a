"""The stand-in Slack for benchmarks, on the port given."""

import asyncio
import sys

from bot.sandbox.server import create_app, serve

if __name__ == "__main__":
    asyncio.run(serve(create_app(strict_rate_limits=False), port=int(sys.argv[1])))
