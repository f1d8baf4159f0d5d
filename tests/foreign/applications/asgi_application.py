"""FastAPI, as the platform itself is built with it."""

from answers_folder import answer
from fastapi import FastAPI, Response

application = FastAPI()


@application.get("/api/v1/jobs/{job}/failed-files")
async def failed_files(job: str) -> Response:
    status, body = answer(f"api/v1/jobs/{job}/failed-files")
    return Response(body, status, media_type="application/json")
