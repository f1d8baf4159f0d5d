"""FastAPI, as the platform itself is built with it."""

import asyncio
import os

from answers_folder import answer
from fastapi import FastAPI, Response

application = FastAPI()
_DELAY = float(os.environ.get("DELAY", "0"))


@application.get("/api/v1/jobs/{job}/failed-files")
async def failed_files(job: str) -> Response:
    if _DELAY:
        await asyncio.sleep(_DELAY)
    status, body = answer(f"api/v1/jobs/{job}/failed-files")
    return Response(body, status, media_type="application/json")
