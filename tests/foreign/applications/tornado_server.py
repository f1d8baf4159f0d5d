import os

from answers_folder import answer
from tornado import httpserver, ioloop, web


class FailedFiles(web.RequestHandler):
    def get(self):
        status, body = answer(self.request.path)
        self.set_status(status)
        self.set_header("Content-Type", "application/json")
        self.write(body)


application = web.Application([("/api/v1/jobs/.*", FailedFiles)])
server = httpserver.HTTPServer(application, ssl_options={"certfile": os.environ["CERTIFICATE"], "keyfile": os.environ["KEY"]},
                               idle_connection_timeout=1)
server.listen(int(os.environ["PORT"]), "127.0.0.1")
ioloop.IOLoop.current().start()
