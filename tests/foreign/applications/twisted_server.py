import os

from answers_folder import answer
from twisted.internet import reactor, ssl
from twisted.web import resource, server


class FailedFiles(resource.Resource):
    isLeaf = True

    def render_GET(self, request):
        status, body = answer(request.path.decode())
        request.setResponseCode(status)
        request.setHeader("Content-Type", "application/json")
        return body


context = ssl.DefaultOpenSSLContextFactory(os.environ["KEY"], os.environ["CERTIFICATE"])
reactor.listenSSL(int(os.environ["PORT"]), server.Site(FailedFiles(), timeout=1), context, interface="127.0.0.1")
reactor.run()
