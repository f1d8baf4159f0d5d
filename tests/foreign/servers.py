"""The servers: how each is started on loopback with the answers, and how it takes up a new configuration.

Configurations say what must be said, beside an idle limit of one second; everything else is the server's default.
"""

import os
import signal
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from place import Place

_APPLICATIONS = Path(__file__).parent / "applications"
_PYTHON = "/usr/bin/python3"


@dataclass(frozen=True)
class Server:
    name: str
    package: str  # Debian's, whose version the table names
    peculiar: str
    commands: Callable[[Place], list[list[str]]]
    renew: Callable[[Place], None] = Place.restart
    renewal: str = "restart"
    is_tls: bool = True
    is_quick: bool = False  # stands in the subset for CI

    def url(self, place: Place) -> str:
        return f"http{'s' if self.is_tls else ''}://127.0.0.1:{place.port}"


def _signalled(number: int) -> Callable[[Place], None]:
    return lambda place: place.signal(number)


def _nginx(place: Place, name: str, listen: str, http: str = "", location: str = "") -> list[str]:
    configuration = place.write(f"{name}.conf", f"""
        daemon off; pid {place.folder}/{name}.pid; error_log {place.folder}/{name}.log;
        {"user root;" if os.geteuid() == 0 else ""}
        events {{}}
        http {{
            access_log off; default_type application/json; keepalive_timeout 1s;
            client_body_temp_path {place.folder}/t1; proxy_temp_path {place.folder}/t2; fastcgi_temp_path {place.folder}/t3;
            uwsgi_temp_path {place.folder}/t4; scgi_temp_path {place.folder}/t5;
            {http}
            server {{ listen 127.0.0.1:{listen}; root {place.answers.folder}; location / {{ {location} }} }}
        }}""")
    return ["nginx", "-p", str(place.folder), "-c", configuration, "-e", f"{place.folder}/{name}.log"]


def _nginx_tls(place: Place, http: str = "", location: str = "") -> list[list[str]]:
    certificate = f"ssl_certificate {place.certificate}; ssl_certificate_key {place.key};"
    return [_nginx(place, "nginx", f"{place.port} ssl", http + certificate, location)]


def _upstream(place: Place) -> list[str]:
    return _nginx(place, "upstream", str(place.upstream_port))


def _haproxy(place: Place, frontend: str = "") -> list[list[str]]:
    configuration = place.write("haproxy.cfg", f"""
defaults
  mode http
  timeout connect 5s
  timeout client 10s
  timeout server 10s
  timeout http-keep-alive 1s
frontend in
  bind 127.0.0.1:{place.port} ssl crt {place.both}
  {frontend}
  default_backend answers
backend answers
  server upstream 127.0.0.1:{place.upstream_port}
""")
    return [_upstream(place), ["haproxy", "-W", "-f", configuration]]


def _apache(place: Place) -> list[list[str]]:
    modules = "\n".join(f"LoadModule {name}_module /usr/lib/apache2/modules/mod_{name}.so"
                        for name in ("mpm_event", "authz_core", "mime", "ssl", "socache_shmcb"))
    user = "User www-data\nGroup www-data" if os.geteuid() == 0 else ""
    configuration = place.write("apache.conf", f"""
ServerRoot {place.folder}
ServerName localhost
PidFile {place.folder}/apache.pid
ErrorLog {place.folder}/apache.log
{modules}
TypesConfig /dev/null
{user}
Listen 127.0.0.1:{place.port}
SSLEngine on
SSLSessionCache shmcb:{place.folder}/sessions
SSLCertificateFile {place.certificate}
SSLCertificateKeyFile {place.key}
KeepAliveTimeout 1
DocumentRoot {place.answers.folder}
<Directory {place.answers.folder}>
  Require all granted
  ForceType application/json
</Directory>
""")
    return [["apache2", "-f", configuration, "-DFOREGROUND"]]


def _caddy(place: Place) -> list[list[str]]:
    configuration = place.write("Caddyfile", f"""{{
  admin unix/{place.folder}/admin
  auto_https off
  servers {{
    timeouts {{
      idle 1s
    }}
  }}
}}
https://127.0.0.1:{place.port} {{
  bind 127.0.0.1
  tls {place.certificate} {place.key}
  root * {place.answers.folder}
  header Content-Type application/json
  file_server
}}
""")
    return [["caddy", "run", "--config", configuration, "--adapter", "caddyfile"]]


def _reload_caddy(place: Place) -> None:
    place.run(["caddy", "reload", "--force", "--config", f"{place.folder}/Caddyfile", "--adapter", "caddyfile",
               "--address", f"unix/{place.folder}/admin"])


def _lighttpd(place: Place) -> list[list[str]]:
    configuration = place.write("lighttpd.conf", f"""
server.modules = ("mod_openssl")
server.document-root = "{place.answers.folder}"
server.bind = "127.0.0.1"
server.port = {place.port}
server.errorlog = "{place.folder}/lighttpd.log"
server.max-keep-alive-idle = 1
ssl.engine = "enable"
ssl.pemfile = "{place.certificate}"
ssl.privkey = "{place.key}"
mimetype.assign = ("" => "application/json")
""")
    return [["lighttpd", "-D", "-f", configuration]]


def _varnish(place: Place) -> list[list[str]]:
    configuration = place.write("varnish.vcl", f"""vcl 4.1;
backend answers {{ .host = "127.0.0.1"; .port = "{place.upstream_port}"; }}
sub vcl_recv {{ return (pass); }}
""")
    return [_upstream(place), ["varnishd", "-F", "-a", f"127.0.0.1:{place.port}", "-f", configuration, "-n",
                               f"{place.folder}/varnish", "-p", "timeout_idle=1"]]


def _squid(place: Place) -> list[list[str]]:
    configuration = place.write("squid.conf", f"""
https_port 127.0.0.1:{place.port} accel defaultsite=localhost tls-cert={place.both}
cache_peer 127.0.0.1 parent {place.upstream_port} 0 no-query no-digest originserver
http_access allow all
cache deny all
access_log none
cache_log {place.folder}/squid.log
coredump_dir {place.folder}
pid_filename {place.folder}/squid.pid
pinger_enable off
client_idle_pconn_timeout 1 second
shutdown_lifetime 1 second
visible_hostname localhost
""")
    return [_upstream(place), ["squid", "-N", "-n", f"foreign{place.port}", "-f", configuration]]


def _h2o(place: Place) -> list[list[str]]:
    configuration = place.write("h2o.yaml", f"""
{"user: root" if os.geteuid() == 0 else ""}
listen:
  host: 127.0.0.1
  port: {place.port}
  ssl:
    certificate-file: {place.certificate}
    key-file: {place.key}
http1-request-timeout: 1
error-log: {place.folder}/h2o.log
file.mime.setdefaulttype: application/json
hosts:
  default:
    paths:
      /:
        file.dir: {place.answers.folder}
""")
    return [["h2o", "-c", configuration]]


def _stunnel(place: Place) -> list[list[str]]:
    configuration = place.write("stunnel.conf", f"""foreground = yes
pid =
cert = {place.certificate}
key = {place.key}
[answers]
accept = 127.0.0.1:{place.port}
connect = 127.0.0.1:{place.upstream_port}
""")
    return [_upstream(place), ["stunnel4", configuration]]


def _node(_: Place) -> list[list[str]]:
    return [["node", str(_APPLICATIONS / "server.js")]]


def _python(name: str) -> Callable[[Place], list[list[str]]]:
    return lambda _: [[_PYTHON, str(_APPLICATIONS / name)]]


def uvicorn(*options: str) -> Callable[[Place], list[list[str]]]:
    return lambda place: [[_PYTHON, "-m", "uvicorn", "--host", "127.0.0.1", "--port", str(place.port), "--ssl-certfile",
                           str(place.certificate), "--ssl-keyfile", str(place.key), "--timeout-keep-alive", "1", "--log-level",
                           "warning", *options, "asgi_application:application"]]


def _hypercorn(place: Place) -> list[list[str]]:
    return [["hypercorn", "--bind", f"127.0.0.1:{place.port}", "--certfile", str(place.certificate), "--keyfile", str(place.key),
             "--keep-alive", "1", "asgi_application:application"]]


def _gunicorn(kind: str, *options: str, module: str = "wsgi") -> Callable[[Place], list[list[str]]]:
    return lambda place: [["gunicorn", "--bind", f"127.0.0.1:{place.port}", "--certfile", str(place.certificate), "--keyfile",
                           str(place.key), "--worker-class", kind, "--keep-alive", "1", "--workers", "2", "--log-level", "error",
                           *options, f"{module}_application:application"]]


def _waitress(place: Place) -> list[list[str]]:
    return [["waitress-serve", f"--listen=127.0.0.1:{place.port}", "--channel-timeout=1", "--cleanup-interval=1",
             "wsgi_application:application"]]


def _puma(place: Place) -> list[list[str]]:
    configuration = place.write("puma.rb", f"""
bind "ssl://127.0.0.1:{place.port}?cert={place.certificate}&key={place.key}&verify_mode=none"
persistent_timeout 1
quiet
""")
    return [["puma", "--config", configuration, str(_APPLICATIONS / "config.ru")]]


def _go(place: Place) -> list[list[str]]:
    program = place.folder / "server"
    if not program.exists():
        place.run(["go", "build", "-o", str(program), str(_APPLICATIONS / "server.go")])
    return [[str(program)]]


def _tomcat(place: Place) -> list[list[str]]:
    base = place.folder / "tomcat"
    for name in ("conf", "logs", "temp", "work", "webapps"):
        (base / name).mkdir(parents=True, exist_ok=True)
    (base / "conf" / "server.xml").write_text(f"""<Server port="-1">
  <Service name="Catalina">
    <Connector port="{place.port}" address="127.0.0.1" protocol="org.apache.coyote.http11.Http11NioProtocol" SSLEnabled="true"
               keepAliveTimeout="1000">
      <SSLHostConfig>
        <Certificate certificateFile="{place.certificate}" certificateKeyFile="{place.key}"/>
      </SSLHostConfig>
    </Connector>
    <Engine name="Catalina" defaultHost="localhost">
      <Host name="localhost" appBase="webapps"><Context path="" docBase="{place.answers.folder}"/></Host>
    </Engine>
  </Service>
</Server>
""")
    (base / "conf" / "web.xml").write_text("""<web-app xmlns="https://jakarta.ee/xml/ns/jakartaee" version="6.0">
  <servlet><servlet-name>default</servlet-name>
    <servlet-class>org.apache.catalina.servlets.DefaultServlet</servlet-class></servlet>
  <servlet-mapping><servlet-name>default</servlet-name><url-pattern>/</url-pattern></servlet-mapping>
</web-app>
""")
    return [["/usr/share/tomcat10/bin/catalina.sh", "run"]]


SERVERS = [
    Server("nginx", "nginx-light", "", _nginx_tls, _signalled(signal.SIGHUP), "reload", is_quick=True),
    Server("HAProxy", "haproxy", "before nginx", _haproxy, _signalled(signal.SIGUSR2), "reload", is_quick=True),
    Server("Apache", "apache2", "closes after 100 requests", _apache, _signalled(signal.SIGUSR1), "reload"),
    Server("Caddy", "caddy", "", _caddy, _reload_caddy, "reload"),
    Server("lighttpd", "lighttpd", "", _lighttpd, _signalled(signal.SIGUSR1), "reload"),
    Server("Varnish", "varnish", "before nginx; no TLS", _varnish, is_tls=False),
    Server("Squid", "squid-openssl", "before nginx", _squid, _signalled(signal.SIGHUP), "reload"),
    Server("h2o", "h2o", "", _h2o),
    Server("stunnel", "stunnel4", "before nginx", _stunnel),
    Server("Node", "nodejs", "", _node),
    Server("uvicorn, h11", "python3-uvicorn", "FastAPI", uvicorn("--http", "h11"), is_quick=True),
    Server("uvicorn, httptools", "python3-uvicorn", "FastAPI", uvicorn("--http", "httptools"), is_quick=True),
    Server("hypercorn", "python3-hypercorn", "FastAPI", _hypercorn),
    Server("gunicorn, sync", "gunicorn", "one request a connection", _gunicorn("sync"), _signalled(signal.SIGHUP), "reload",
           is_quick=True),
    Server("gunicorn, gthread", "gunicorn", "", _gunicorn("gthread", "--threads", "8"), _signalled(signal.SIGHUP), "reload"),
    Server("gunicorn, uvicorn", "gunicorn", "FastAPI", _gunicorn("uvicorn.workers.UvicornWorker", module="asgi"),
           _signalled(signal.SIGHUP), "reload"),
    Server("waitress", "python3-waitress", "no TLS", _waitress, is_tls=False),
    Server("aiohttp", "python3-aiohttp", "", _python("aiohttp_server.py")),
    Server("Tornado", "python3-tornado", "", _python("tornado_server.py")),
    Server("Twisted", "python3-twisted", "", _python("twisted_server.py")),
    Server("cheroot", "python3-cheroot", "", _python("cheroot_server.py")),
    Server("Puma", "puma", "", _puma),
    Server("Go net/http", "golang-go", "", _go),
    Server("Tomcat", "tomcat10-user", "closes after 100 requests", _tomcat),
]


@dataclass(frozen=True)
class Limit:
    """A limit that nobody announced."""

    server: Server
    what: str
    jobs: int
    optimum: float  # seconds for all jobs


_FIFTY = "limit_req_zone $binary_remote_addr zone=z:1m rate=50r/s;"

LIMITS = [
    Limit(Server("nginx", "nginx-light", "", lambda place: _nginx_tls(place, _FIFTY, "limit_req zone=z;")),
          "limit_req 50 r/s, 503", 400, 8),
    Limit(Server("nginx", "nginx-light", "",
                 lambda place: _nginx_tls(place, _FIFTY + "limit_req_status 429;", "limit_req zone=z burst=5 nodelay;")),
          "limit_req 50 r/s, burst 5, 429", 400, 8),
    Limit(Server("HAProxy", "haproxy", "", lambda place: _haproxy(
        place, "stick-table type ip size 1k expire 10s store http_req_rate(1s)\n  http-request track-sc0 src\n"
               "  http-request deny deny_status 429 if { sc_http_req_rate(0) gt 50 }")),
          "50 requests in any second, 429", 400, 8),
]
