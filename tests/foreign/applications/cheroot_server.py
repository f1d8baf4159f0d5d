import os

from cheroot import wsgi
from cheroot.ssl.builtin import BuiltinSSLAdapter
from wsgi_application import application

server = wsgi.Server(("127.0.0.1", int(os.environ["PORT"])), application, numthreads=8, timeout=1, request_queue_size=128)
server.ssl_adapter = BuiltinSSLAdapter(os.environ["CERTIFICATE"], os.environ["KEY"])
server.start()
