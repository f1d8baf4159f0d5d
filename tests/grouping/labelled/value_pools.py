"""Value pools and the tiny template language.  @{name:arg:arg#memo|filter}
   #x  same value again within one line;  |j JSON-escaped  |r Python repr  |J JSON string  |u URL-quoted |U upper |L lower"""
import random, re, json, urllib.parse, base64, datetime as dt

COMP = "quellbrunn tarvenko halmquist ossenberg brixlund marovia kestrelby vandoren pellworth ikezawa strandvik delmoro fjordane novakamp rieselt bantrose ulmenhof cordeya westrup lyngholt".split()
FIRST = "jorunn tobias amélie kenji oksana ruben irina caspar leila marek yuki salome anton bettina goran nadia piet rosalind tamsin ulf wiebke zoltan".split()
LAST = "halvek ketterle dubrasse mizushiro bondarova castelyn orlovich winterfeldt haddadi prochaska tanemori brindle kessler-voss okonjo lindquor vasarely thorsby quennell ymker ostergard".split()
ENV = ["prod", "dev", "stage", "test", "uat", "eu", "us", "emea", "apac", "dr", "01", "2", "v3", "blue"]
PURP = "raw landing ingest archive docs contracts invoices claims datalake curated exports hr-files mailroom scans legal-hold knowledge-base reports backup media policies tickets".split()
TAB = "customers orders invoices order_items elements documents chunks embeddings ticket_history user_profiles contract_terms claims_2023 claims_2024 parts supplier_contacts hr_records mailbox_export kb_articles policy_docs audit_log shipments price_list elements_v2 doc_store raw_text unstructured_out staging_elements vendor_master lead_activity case_notes".split()
WORDS = "north river copper delta amber falcon garnet harbor iris juniper kelp lumen maple nickel onyx pearl quartz ridge sable timber umber violet willow zephyr".split()
COLS = "id record_id element_id text type embeddings filename filetype languages page_number last_modified date_created url version parent_id coordinates is_continuation orig_elements file_directory data_source_url permissions_data emphasized_text_contents link_urls sent_from subject category_depth table_as_html customer_id amount currency issued_on tenant region owner_email priority status summary vector tags checksum chunk_no source_uri created_by".split()
SCHEMA = "public analytics sales finance staging dwh ingest crm legal core reporting hr_secure landing mart ops bronze silver gold".split()
DBN = "warehouse crm salesdb docs_prod analytics_eu kb erp contracts rag_store archive_db telemetry hrdb legal main lakehouse dev_sandbox".split()
REG = "us-east-1 us-east-2 us-west-2 eu-west-1 eu-central-1 eu-north-1 ap-northeast-1 ap-southeast-2 sa-east-1 ca-central-1 me-south-1 ap-south-1".split()
EXTS = "pdf docx pptx xlsx eml msg html txt csv png jpg tiff md rtf odt epub xml json".split()
TITLES = ["Annual Report", "Rahmenvertrag", "Invoice", "meeting notes", "Über uns", "Prüfbericht", "Kündigungsschreiben", "Q3 forecast", "Employee Handbook",
  "Bestellübersicht", "procès-verbal", "Données clients", "契約書", "請求書", "議事録 最終版", "отчёт", "Договор поставки", "scan", "IMG", "board deck", "Statement of Work",
  "Übergabeprotokoll (unterschrieben)", "O'Brannigan offer", "Müller's copy", "price list", "NDA - draft", "Größentabelle", "mañana plan", "technical spec", "RE_ contract & appendix",
  "Lieferschein", "policy", "claim", "Anhang #3", "100% final", "Résumé", "safety data sheet", "site survey", "fax", "purchase order", "取扱説明書", "Схема сети", 'the "blue" book', "Minutes 50,5"]
DIRS = ["2023", "2024", "2025", "Contracts", "HR", "Legal Hold", "Finance", "incoming", "Scans", "archive", "Projekte", "Kunden A-M", "Ablage", "Q1", "Q2", "old", "Team Files", "Shared Documents",
  "営業部", "Документы", "Général", "Verträge", "exports", "batch_07", "mail", "EMEA", "tenders", "R&D", "_tmp", "vendor docs"]
LINUXU = "app ingest svc worker etl airflow".split()

class Line:
    def __init__(s, r, kind, ext):
        s.r = r; s.memo = {}
        s.doc, s.base = make_doc(r, kind, ext)

def c(r, xs): return r.choice(xs)
def hexs(r, n): return "".join(c(r, "0123456789abcdef") for _ in range(n))
def uuid(r): h = hexs(r, 32); return f"{h[:8]}-{h[8:12]}-4{h[13:16]}-{c(r,'89ab')}{h[17:20]}-{h[20:]}"
def b64(r, n): return base64.b64encode(bytes(r.randrange(256) for _ in range(n))).decode()
def alnum(r, n, al="ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"): return "".join(c(r, al) for _ in range(n))
def ulid(r): return "01" + alnum(r, 24, "0123456789ABCDEFGHJKMNPQRSTVWXYZ")
AN = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"

def fname(r, ext):
    e = c(r, ext) if ext else c(r, EXTS)
    t = c(r, TITLES); k = r.randrange(9)
    if k == 0: n = t
    elif k == 1: n = f"{t} {r.randint(2015,2025)}"
    elif k == 2: n = f"{t}_{r.randint(1,9999):04d}"
    elif k == 3: n = f"{r.randint(2015,2025)}-{r.randint(1,12):02d}-{r.randint(1,28):02d} {t}"
    elif k == 4: n = f"{t} ({r.randint(1,9)})"
    elif k == 5: n = f"{c(r,COMP)}_{c(r,PURP)}_{r.randint(1,99999)}"
    elif k == 6: n = f"{t.replace(' ','-').lower()}-v{r.randint(1,9)}.{r.randint(0,9)}"
    elif k == 7: n = uuid(r)
    else: n = f"{c(r,LAST).title()}, {c(r,FIRST).title()} - {t}"
    if r.random() < .06: e = e.upper()
    return f"{n}.{e}"

def dpath(r, sep="/", lo=0, hi=4): return sep.join(c(r, DIRS) for _ in range(r.randint(lo, hi)))
def bucket(r):
    k = r.randrange(5)
    return [f"{c(r,COMP)}-{c(r,PURP)}", f"{c(r,COMP)}-{c(r,PURP)}-{c(r,ENV)}", f"{c(r,PURP)}-{c(r,REG)}", f"{c(r,COMP)}.{c(r,PURP)}.{c(r,ENV)}", f"{c(r,WORDS)}-{c(r,COMP)}-{r.randint(1,99)}"][k]
def table(r): return c(r, TAB) if r.random() < .7 else f"{c(r,WORDS)}_{c(r,TAB)}" + (f"_{r.randint(2019,2025)}" if r.random() < .4 else "")
def coll(r):
    k = r.randrange(4); return [c(r, TAB), f"{c(r,WORDS)}-{c(r,PURP)}", "".join(w.title() for w in c(r, TAB).split("_")), f"{c(r,COMP)}_{c(r,TAB)}"][k]
def index(r): return f"{c(r,COMP+WORDS)}-{c(r,PURP)}" + c(r, ["", "-v1", "-v2", f"-{r.randint(1,31):02d}", f"-{r.randint(2022,2025)}.{r.randint(1,12):02d}", "-prod", "-idx"])
def user(r):
    k = r.randrange(5); f, l = c(r, FIRST), c(r, LAST)
    return [f"svc_{c(r,COMP)}", f"{f[0]}{l}", f"{c(r,LINUXU)}_user", f"{f}.{l}", f"{c(r,WORDS)}_rw"][k]
def email(r):
    d = c(r, [f"{c(r,COMP)}.example", f"{c(r,COMP)}-gmbh.de", f"mail.{c(r,COMP)}.example.com", f"{c(r,COMP)}.onmicrosoft.com"])
    return f"{asc(c(r,FIRST))}{c(r,['.','_','','-'])}{asc(c(r,LAST))}@{d}"
def asc(s): return s.replace("é", "e")
def person(r): return f"{c(r,FIRST).title()} {c(r,LAST).title()}"
def ip4(r): return c(r, ["10.%d.%d.%d", "172.20.%d.%d", "192.168.%d.%d", "%d.%d.%d.%d"]) 
def ip(r):
    t = ip4(r); return t % tuple(r.randint(1, 223) for _ in range(t.count("%d")))
def ip6(r): return c(r, [f"fd{hexs(r,2)}:{hexs(r,4)}:{hexs(r,3)}::{hexs(r,2)}", f"2001:db8:{hexs(r,4)}:{hexs(r,2)}::{r.randint(1,99)}", "::1", f"fe80::{hexs(r,4)}:{hexs(r,4)}:{hexs(r,4)}:{hexs(r,4)}", f"2a02:{hexs(r,4)}:{hexs(r,4)}:1::{hexs(r,4)}"])
def host(r):
    k = r.randrange(7)
    return [f"{c(r,WORDS)}.{c(r,COMP)}.example", f"{c(r,PURP)}-{r.randint(0,9)}.{c(r,COMP)}.internal", f"{c(r,WORDS)}-svc.{c(r,PURP)}.svc.cluster.local", f"db{r.randint(1,40):02d}.{c(r,COMP)}.local",
      f"api.{c(r,COMP)}-cloud.io", f"ip-10-{r.randint(0,255)}-{r.randint(0,255)}-{r.randint(0,255)}.{c(r,REG)}.compute.internal", f"{c(r,COMP)}{r.randint(1,99)}"][k]
def ts(r, f="any"):
    d = dt.datetime(2024, 1, 1) + dt.timedelta(seconds=r.randrange(60*60*24*600), microseconds=r.randrange(10**6))
    fm = {"iso": lambda: d.strftime("%Y-%m-%dT%H:%M:%S.") + f"{d.microsecond:06d}0Z", "isos": lambda: d.strftime("%Y-%m-%dT%H:%M:%SZ"), "sp": lambda: d.strftime("%Y-%m-%d %H:%M:%SZ"),
      "rfc": lambda: d.strftime("%a, %d %b %Y %H:%M:%S GMT"), "log": lambda: d.strftime("%Y-%m-%d %H:%M:%S,") + f"{d.microsecond//1000:03d}", "off": lambda: d.strftime("%Y-%m-%dT%H:%M:%S+02:00"),
      "epoch": lambda: str(int(d.timestamp())), "ms": lambda: str(int(d.timestamp()*1000)), "de": lambda: d.strftime("%d.%m.%Y %H:%M"), "us": lambda: d.strftime("%m/%d/%Y %I:%M:%S %p"), "date": lambda: d.strftime("%Y-%m-%d"),
      "syslog": lambda: d.strftime("%b %d %H:%M:%S"), "tz": lambda: d.strftime("%Y-%m-%d %H:%M:%S.") + f"{d.microsecond//1000:03d} UTC", "jp": lambda: d.strftime("%Y年%m月%d日 %H:%M")}
    if f == "any": f = c(r, ["iso", "isos", "sp", "rfc", "off", "log"])
    return fm[f]()
def dur(r): return c(r, [f"{r.randint(1,900)}ms", f"{r.uniform(.1,120):.1f}s", f"{r.uniform(.1,300):.3f} seconds", f"{r.randint(1,600)} s", f"{r.randint(0,2)}:{r.randint(0,59):02d}:{r.randint(0,59):02d}.{r.randint(0,999999):06d}", f"{r.randint(1,14)}m{r.randint(0,59)}s"])
def size(r): return c(r, [f"{r.randint(1,999)} KB", f"{r.uniform(1,900):.1f} MB", f"{r.uniform(1,9):.2f} GiB", f"{r.randint(1000,999999999)} bytes", f"{r.randint(1,900)}MiB", f"{r.randint(1,99)},{r.randint(0,999):03d},{r.randint(0,999):03d} bytes"])
def cols(r, lo, hi, style):
    xs = r.sample(COLS, r.randint(int(lo), int(hi)))
    return {"py": lambda: "[" + ", ".join(f"'{x}'" for x in xs) + "]", "bare": lambda: ", ".join(xs), "bt": lambda: "[" + ", ".join(f"`{x}`" for x in xs) + "]", "js": lambda: json.dumps(xs),
      "br": lambda: "[" + ", ".join(xs) + "]", "par": lambda: "(" + ", ".join(f'"{x}"' for x in xs) + ")", "set": lambda: "{" + ", ".join(f"'{x}'" for x in xs) + "}"}[style]()
def plural(r, one, many, hi="40"):
    n = r.choice([1, 1, 1] + list(range(2, int(hi)))); return f"{n} {one if n == 1 else many}"
def intc(r, lo, hi): return f"{r.randint(int(lo), int(hi)):,}"
def phrase(r):  # several words, not quoted
    return " ".join(r.sample(["Sales", "EMEA", "Order", "history", "Legal", "Hold", "archive", "Customer", "feedback", "Finance", "and", "2023", "2024", "Team", "North", "files", "Board", "Q3", "Verträge", "Kundenakten", "master", "data"], r.randint(1, 4)))
def gid(r): return "1" + alnum(r, 32, AN + "-_")
def akia(r): return "AKIA" + alnum(r, 16)
def arn(r, what=None):
    a = alnum(r, 12, "0123456789")
    return what.replace("%A", a)
def url(r):
    q = c(r, ["", f"?limit={r.randint(10,500)}", f"?cursor={b64(r,18)}", f"?api-version=2024-0{r.randint(1,9)}-01", f"?$top={r.randint(1,200)}&$skiptoken={alnum(r,20,AN)}", f"?page={r.randint(1,90)}&size={r.randint(10,200)}&sort=-created", f"?expand=body.storage,version&start={r.randint(0,4000)}"])
    return f"https://{host(r)}/{c(r,['api','v1','v2','rest/api/content','graph','svc'])}/{c(r,PURP)}/{c(r,[uuid(r),str(r.randint(1,10**8)),c(r,WORDS)])}{q}"
def upath(r): return c(r, ["/mnt/nas", "/data", "/srv/share", "/home/" + c(r, LINUXU), "/opt/ingest/in", "/Volumes/Projekte"]) + "/" + dpath(r, "/", 1, 4)
def wpath(r): return c(r, ["C:\\Users\\" + asc(c(r, FIRST)), "D:\\Ablage", "\\\\fs01\\share", "E:\\exports", "\\\\" + c(r, COMP) + "-nas\\public"]) + "\\" + dpath(r, "\\", 1, 3)

def make_doc(r, kind, ext):
    if kind == "any": kind = c(r, ["s3", "s3", "sp", "az", "gd", "local", "base", "base", "win", "box"])
    f = fname(r, ext); d = dpath(r, "/", 0, 3); d = d + "/" if d else ""
    if kind == "s3": return f"s3://{bucket(r)}/{d}{f}", f
    if kind == "az": return f"az://{c(r,PURP)}/{d}{f}", f
    if kind == "gs": return f"gs://{bucket(r)}/{d}{f}", f
    if kind == "sp": return f"https://{c(r,COMP)}.sharepoint.com/sites/{c(r,WORDS)}/Shared Documents/{d}{f}", f
    if kind == "od": return f"/drives/b!{alnum(r,22,AN)}/root:/{d}{f}", f
    if kind == "gd": return f"{d}{f}", f
    if kind == "box": return f"box://{d}{f}", f
    if kind == "dbx": return f"dropbox://{d}{f}", f
    if kind == "local": return f"{upath(r)}/{f}", f
    if kind == "win": return f"{wpath(r)}\\{f}", f
    if kind == "base": return f, f
    if kind == "conf": n = f"{r.randint(10000,999999999)}"; return f"{c(r,WORDS).upper()[:4]}/{n}.html", f"{n}.html"
    if kind == "jira": n = f"{c(r,WORDS).upper()[:r.randint(2,5)]}-{r.randint(1,29999)}"; return n, n
    if kind == "slack": n = f"C0{alnum(r,9)}-{ts(r,'epoch')}.{r.randint(0,999999):06d}"; return n, n
    if kind == "mail": n = c(r, [f"AAMkAG{alnum(r,40,AN+'-_')}=.eml", f"{c(r,['AW_','RE_','FW_',''])} {c(r,TITLES)}.eml".strip(), f"{asc(c(r,FIRST))}/Inbox/{r.randint(1,99999)}.eml"]); return n, n.split("/")[-1]
    if kind == "kafka": n = f"{c(r,WORDS)}.{c(r,PURP)}-{r.randint(0,23)}-{r.randint(0,9999999)}"; return n, n
    if kind == "rows": n = f"{c(r,SCHEMA)}.{table(r)}/{c(r,['batch','rows','part'])}-{r.randint(0,99999):05d}.csv"; return n, n.split("/")[-1]
    if kind == "sf": n = f"{c(r,['Account','Case','EmailMessage','Lead','Campaign'])}/{c(r,['001','500','02s','00Q','701'])}{alnum(r,15,AN)}"; return n, n.split("/")[-1]
    raise KeyError(kind)

# ---- tracebacks
ROOTS = ["/usr/local/lib/python3.11/site-packages", "/app/.venv/lib/python3.12/site-packages", "/opt/venv/lib/python3.10/site-packages", "/home/notebook-user/.local/lib/python3.11/site-packages"]
PLAT = [("unstructured_ingest/pipeline/steps/upload.py", "_run_async", "await self.process.run_async(path=filepath, file_data=file_data)"), ("unstructured_ingest/interfaces/uploader.py", "run_async", "return self.run(path=path, file_data=file_data, **kwargs)"),
  ("unstructured_ingest/pipeline/interfaces.py", "run_async", "return await self._run_async(fn=fn, **kwargs)"), ("unstructured_ingest/pipeline/otel.py", "wrapper", "return func(*args, **kwargs)"), ("unstructured_ingest/utils/dep_check.py", "wrapper_sync", "return func(*args, **kwargs)"),
  ("etl_runner/worker.py", "execute_node", "result = await node.invoke(message)"), ("etl_runner/plugins/base.py", "invoke", "return await asyncio.to_thread(self.run, payload)"), ("uvicorn/protocols/http/httptools_impl.py", "run_asgi", "result = await app(self.scope, self.receive, self.send)")]
LIB = {
 "s3": [("botocore/client.py", "_make_api_call", "raise error_class(parsed_response, operation_name)"), ("s3fs/core.py", "_error_wrapper", "return await func(*args, **kwargs)"), ("s3fs/core.py", "_call_s3", "return await _error_wrapper(method, kwargs=additional_kwargs, retries=self.retries)"), ("fsspec/asyn.py", "sync", "raise return_result"), ("aiobotocore/client.py", "_make_api_call", "http, parsed_response = await self._make_request("), ("boto3/s3/inject.py", "upload_file", "return transfer.upload_file(")],
 "http": [("requests/sessions.py", "send", "r = adapter.send(request, **kwargs)"), ("requests/adapters.py", "send", "resp = conn.urlopen("), ("urllib3/connectionpool.py", "urlopen", "response = self._make_request("), ("urllib3/connectionpool.py", "_make_request", "self._validate_conn(conn)"), ("urllib3/util/retry.py", "increment", "raise reraise(type(error), error, _stacktrace)"), ("urllib3/connection.py", "connect", "self.sock = sock = self._new_conn()")],
 "aio": [("aiohttp/client.py", "_request", "await resp.start(conn)"), ("aiohttp/client_reqrep.py", "start", "message, payload = await protocol.read()"), ("aiohttp/streams.py", "read", "await self._waiter"), ("aiohttp/connector.py", "_create_direct_connection", "raise last_exc"), ("aiohttp/connector.py", "connect", "proto = await self._create_connection(req, traces, timeout)")],
 "httpx": [("httpx/_client.py", "send", "response = self._send_handling_auth("), ("httpx/_transports/default.py", "handle_request", "with map_httpcore_exceptions():"), ("httpcore/_sync/connection_pool.py", "handle_request", "response = connection.handle_request("), ("httpcore/_backends/sync.py", "read", "with map_exceptions(exc_map):"), ("httpcore/_sync/http11.py", "_receive_event", "data = self._network_stream.read(")],
 "sql": [("sqlalchemy/engine/base.py", "_exec_single_context", "self.dialect.do_execute("), ("sqlalchemy/engine/default.py", "do_execute", "cursor.execute(statement, parameters)"), ("snowflake/connector/cursor.py", "execute", "Error.errorhandler_wrapper(self.connection, self, error_class, errvalue)"), ("unstructured_ingest/processes/connectors/sql/sql.py", "upload_dataframe", "cursor.executemany(stmt, values)"), ("unstructured_ingest/processes/connectors/sql/sql.py", "get_cursor", "yield cursor")],
 "part": [("unstructured/partition/auto.py", "partition", "elements = partition_pdf("), ("unstructured/partition/pdf.py", "partition_pdf_or_image", "extracted_elements = extractable_elements("), ("pdfminer/pdfdocument.py", "_initialize_password", "handler = factory(docid, param, password)"), ("unstructured/partition/common/metadata.py", "wrapper", "elements = func(*args, **kwargs)"), ("unstructured/chunking/dispatch.py", "wrapper", "elements = func(*args, **kwargs)"), ("unstructured/partition/docx.py", "iter_document_elements", "self._opts = opts")],
 "json": [("json/__init__.py", "dumps", "return _default_encoder.encode(obj)"), ("json/encoder.py", "encode", "chunks = self.iterencode(o, _one_shot=True)"), ("json/encoder.py", "iterencode", "return _iterencode(o, 0)"), ("json/encoder.py", "default", "raise TypeError(f'Object of type {o.__class__.__name__} '")],
 "office": [("unstructured/partition/auto.py", "partition", "elements = partition_xlsx("), ("unstructured/partition/xlsx.py", "_get_worksheets", "self._worksheets = pd.read_excel("), ("pandas/io/excel/_base.py", "read_excel", "io = ExcelFile("), ("zipfile.py", "_update_crc", "raise BadZipFile("), ("unstructured/partition/common/metadata.py", "wrapper", "elements = func(*args, **kwargs)"), ("unstructured/chunking/dispatch.py", "wrapper", "elements = func(*args, **kwargs)")],
 "emb": [("openai/_base_client.py", "_request", "raise self._make_status_error_from_response(err.response) from None"), ("openai/resources/embeddings.py", "create", "return self._post("), ("unstructured_ingest/embed/openai.py", "embed_batch", "response = client.embeddings.create(input=batch, model=self.config.embedder_model_name)"), ("unstructured_ingest/embed/interfaces.py", "embed_documents", "embeddings = self.embed_batch(client, batch)")],
 "py": [("pandas/core/frame.py", "__getitem__", "indexer = self.columns.get_loc(key)"), ("unstructured_ingest/utils/data_prep.py", "flatten_dict", "flattened = dict(items)"), ("unstructured_ingest/processes/chunker.py", "run", "chunked = chunk_by_title(elements, **kw)"), ("unstructured_ingest/processes/uploaders/blob.py", "conform_dict", "element_dict.update(metadata)"), ("concurrent/futures/thread.py", "run", "result = self.fn(*self.args, **self.kwargs)")],
 "grpc": [("grpc/_channel.py", "_end_unary_response_blocking", "raise _InactiveRpcError(state)"), ("pymilvus/decorators.py", "handler", "raise e from e"), ("pymilvus/client/grpc_handler.py", "insert_rows", "check_status(resp.status)"), ("google/api_core/grpc_helpers.py", "error_remapped_callable", "raise exceptions.from_grpc_error(exc) from exc")],
}
def tb(r, lib, extra=()):
    root = c(r, ROOTS); out = ["Traceback (most recent call last):"]
    fr = r.sample(PLAT, r.randint(1, 3)) + r.sample(LIB[lib], r.randint(1, min(4, len(LIB[lib]))))
    caret = r.random() < .3
    for p, f, code in fr:
        out.append(f'  File "{root}/{p}", line {r.randint(12, 1900)}, in {f}'); out.append(f"    {code}")
        if caret: out.append("    " + "^" * r.randint(8, len(code)))
    return "\n".join(out)
def jstack(r, fr):
    xs = ["\tat " + x.replace("%", str(r.randint(20, 1400))) for x in fr.split(";")]
    k = r.randint(2, len(xs)); return "\n".join(xs[:k]) + (f"\n\t... {r.randint(3,40)} more" if r.random() < .6 else "")

G = {
 "doc": None, "base": None,
 "int": lambda r, a="1", b="9999": str(r.randint(int(a), int(b))), "intc": lambda r, a, b: intc(r, a, b), "flt": lambda r, a, b, n="1": f"{r.uniform(float(a), float(b)):.{n}f}",
 "of": lambda r, *xs: c(r, ":".join(xs).split(";")), "hex": lambda r, n: hexs(r, int(n)), "HEX": lambda r, n: hexs(r, int(n)).upper(), "uuid": lambda r: uuid(r), "b64": lambda r, n: b64(r, int(n)), "ulid": lambda r: ulid(r),
 "aid": lambda r: alnum(r, 16), "an": lambda r, n: alnum(r, int(n), AN), "dig": lambda r, n: alnum(r, int(n), "0123456789"), "bucket": bucket, "table": table, "coll": coll, "index": index, "user": user, "email": email, "person": person,
 "ip": ip, "ip6": ip6, "host": host, "ts": ts, "dur": dur, "size": size, "cols": cols, "col": lambda r: c(r, COLS), "schema": lambda r: c(r, SCHEMA), "db": lambda r: c(r, DBN), "reg": lambda r: c(r, REG), "plural": plural,
 "phrase": phrase, "gid": gid, "akia": akia, "url": url, "tb": tb, "jstack": lambda r, *xs: jstack(r, ":".join(xs)), "comp": lambda r: c(r, COMP), "word": lambda r: c(r, WORDS), "purp": lambda r: c(r, PURP), "upath": upath, "wpath": wpath,
 "dir": lambda r: c(r, DIRS), "file": lambda r, e="": fname(r, e.split(";") if e else None), "path": lambda r: dpath(r, "/", 1, 4),
 "ptr": lambda r: "0x7f" + hexs(r, 10), "dim": lambda r: c(r, ["384", "512", "768", "1024", "1536", "2048", "3072", "4096", "256", "1408"]),
 "emb": lambda r: c(r, ["text-embedding-3-small", "text-embedding-3-large", "text-embedding-ada-002", "bge-large-en-v1.5", "voyage-3", "voyage-law-2", "titan-embed-text-v2", "gecko-multilingual@001"]),
 "port": lambda r, ps: c(r, ps.split(";")), "scopes": lambda r: ",".join(r.sample(["channels:read", "users:read", "files:read", "groups:read", "im:read", "team:read", "mpim:read", "reactions:read"], r.randint(1, 6))),
 "vrec": lambda r: repr({k: v for k, v in r.sample([("type", "NarrativeText"), ("element_id", hexs(r, 32)), ("text", c(r, TITLES)), ("page_number", r.randint(1, 300)), ("languages", ["eng"]), ("filename", fname(r, None)), ("version", r.randint(1, 90)), ("url", None)], r.randint(1, 4))}),
 "fields": lambda r, tail: "\n".join(f"{x}\n  {tail}" for x in r.sample(COLS, r.randint(1, 5))),
 "addrs": lambda r, p: ", ".join(f"'{ip(r)}:{p}'" if r.random() < .6 else f"'[{ip6(r)}]:{p}'" for _ in range(r.randint(1, 4))),
}
PH = re.compile(r"@\{([A-Za-z0-9_]+)((?::[^}#|]*)*)(#\w+)?(\|\w)?\}")
FILT = {"j": lambda s: json.dumps(s, ensure_ascii=False)[1:-1], "r": repr, "J": lambda s: json.dumps(s, ensure_ascii=False), "u": urllib.parse.quote, "U": str.upper, "L": str.lower}

def expand(t, line):
    def sub(m):
        name, args, memo, f = m.groups(); key = (name, memo)
        if memo and key in line.memo: v = line.memo[key]
        else:
            if name == "doc": v = line.doc
            elif name == "base": v = line.base
            else: v = G[name](line.r, *([a for a in args[1:].split(":")] if args else []))
            if memo: line.memo[key] = v
        return FILT[f[1:]](v) if f else v
    return PH.sub(sub, t)
