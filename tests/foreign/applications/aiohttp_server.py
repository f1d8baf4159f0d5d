import os
import ssl

from aiohttp import web
from answers_folder import answer


async def failed_files(request):
    status, body = answer(request.path)
    return web.Response(status=status, body=body, content_type="application/json")


context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
context.load_cert_chain(os.environ["CERTIFICATE"], os.environ["KEY"])
application = web.Application()
application.router.add_get("/api/v1/jobs/{job}/failed-files", failed_files)
web.run_app(application, host="127.0.0.1", port=int(os.environ["PORT"]), ssl_context=context, access_log=None,
            keepalive_timeout=1, shutdown_timeout=1)
