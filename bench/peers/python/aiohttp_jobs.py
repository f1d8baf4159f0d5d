"""Python's aiohttp with json."""

import asyncio
import time

import aiohttp

from peer_job import HEADERS, PeerJob


async def work(job: PeerJob, urls, session: aiohttp.ClientSession) -> None:
    for url in urls:
        started = time.perf_counter()
        async with session.get(url) as response:
            job.take(response.status, await response.read(), started)


async def main() -> None:
    job = PeerJob()
    connector = aiohttp.TCPConnector(limit=job.connections, ssl=job.tls)
    async with aiohttp.ClientSession(connector=connector, headers=HEADERS) as session:
        urls = job.urls()
        await asyncio.gather(*(work(job, urls, session) for _ in range(job.connections)))
    job.report()


asyncio.run(main())
