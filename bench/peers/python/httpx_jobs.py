"""Python's httpx, on which the vendor's SDK stands, with json."""

import asyncio
import time

import httpx

from peer_job import HEADERS, PeerJob


async def work(job: PeerJob, urls, client: httpx.AsyncClient) -> None:
    for url in urls:
        started = time.perf_counter()
        response = await client.get(url)
        job.take(response.status_code, response.content, started)


async def main() -> None:
    job = PeerJob()
    limits = httpx.Limits(max_connections=job.connections, max_keepalive_connections=job.connections)
    async with httpx.AsyncClient(verify=job.tls, limits=limits, headers=HEADERS, timeout=30) as client:
        urls = job.urls()
        await asyncio.gather(*(work(job, urls, client) for _ in range(job.connections)))
    job.report()


asyncio.run(main())
