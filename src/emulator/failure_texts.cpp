#include "emulator/failure_texts.hpp"

#include "emulator/random.hpp"

#include <array>
#include <charconv>
#include <string>
#include <string_view>

namespace jobaudit::emulator {

namespace {

// In these texts # stands for a number, @ for a few hexadecimal digits, and % for the document.
constexpr std::array<std::string_view, 48> reasons{
    // document
    "TooManyPageFailuresException: # of # pages could not be partitioned",
    "ControllerException: 512: could not process file %: the document is encrypted",
    "PDF is password protected: open \"%\" with its password and save it without",
    "File is corrupted: unexpected end of file after # bytes",
    "unsupported file type: application/x-@; see the list of supported types",
    "malformed PDF: cross-reference table not found at offset #\n  while reading object # 0 R",
    "ControllerException: 512: Seite # ist beschädigt („Kein gültiger Inhaltsstrom“)",
    // authorization
    "500: Error in uploader - [NoCredentialsError] Unable to locate credentials",
    "ClientAuthenticationError: Authentication failed: AADSTS7000222: The provided client secret keys for app '@' are "
    "expired.",
    "botocore.exceptions.ClientError: An error occurred (AccessDenied) when calling the GetObject operation: Access "
    "Denied",
    "PermissionError: [Errno 13] Permission denied: '%'",
    "dropbox.exceptions.AuthError: AuthError('@', AuthError('expired_access_token', None))",
    "invalid_grant: Token has been expired or revoked.",
    "ApiPermissionError: insufficient permission for \"%\": needs the role 'Reader'",
    "Conditional Access policy blocks the sign-in from this address (trace @)",
    // configuration
    "FileNotFoundError: [Errno 2] No such file or directory: '%'",
    "itemNotFound: The resource could not be found. (request @)",
    "DeploymentNotFound: The API deployment for this resource does not exist.",
    "EndpointResolutionError: Invalid bucket name \"acme/@\": Bucket name must match the regex "
    "\"^[a-zA-Z0-9.\\-_]{1,255}$\"",
    "ParamValidationError: Parameter validation failed:\n\tInvalid type for parameter Key, value: None",
    "ProgrammingError: No active warehouse selected in the current session. (SQLSTATE 57P03)",
    "HTTPError: 404 Not Found: https://acme.example.com/sites/@/documents?page=#&q=\"a b\"",
    "UnboundLocalError: local variable 'connection' referenced before assignment",
    // schema
    "ValidationError: # validation errors for Element\nmetadata.page_number\n  value is not a valid integer",
    "ClientResponseError: 422, message='Unprocessable Entity', url='https://index.example.com/vectors/upsert'",
    "WeaviateDeleteManyError: vector dimension mismatch: expected #, got #",
    "[UNRESOLVED_COLUMN.WITH_SUGGESTION] A column with name `record_id` cannot be resolved. Did you mean `id_@`?",
    "CollectionInsertManyException: Schema validation failure: field 'embeddings' has # values; the collection wants #",
    "TypeError: Object of type datetime is not JSON serializable",
    "ServerOperationError: column \"élément\" of relation \"données\" is of type jsonb but expression is of type text",
    // network
    "ReadTimeout: HTTPSConnectionPool(host='acme.example.com', port=443): Read timed out. (read timeout=#)",
    "ServerDisconnectedError: Server disconnected after # bytes",
    "ClientConnectorError: Cannot connect to host db.internal:5432 ssl:default [Connect call failed ('10.0.3.7', "
    "5432)]",
    "ConnectionError: ('Connection aborted.', ConnectionResetError(104, 'Connection reset by peer'))",
    "502 Bad Gateway: upstream connect error or disconnect/reset before headers",
    "ssl.SSLError: [SSL: WRONG_VERSION_NUMBER] wrong version number (_ssl.c:#)",
    "failed to resolve 'files.acme.example': Name or service not known",
    // quota
    "402 Payment Required: Insufficient API quota: # of # pages used this month",
    "429 Too Many Requests: please reduce request rate (request @)",
    "RESOURCE_EXHAUSTED: Quota exceeded for quota metric 'embed_requests' and limit '# per minute'",
    "PineconeApiException: (429) Reason: unit limit reached: you've reached your write unit limit for the current "
    "month (#).",
    "DestinationConnectionError: Error code: 429 - {'error': {'message': 'Rate limit reached for model', 'type': "
    "'tokens'}}",
    // internal
    "NotFoundException: 404: s3://platform-internal/@/element_dicts/@.json",
    "Failed to decrypt secret @",
    "AttributeError: 'NoneType' object has no attribute 'metadata'",
    "CancelledError",
    "500: Internal Server Error",
    // none of these
    "Неизвестная ошибка при разборе «%» \U0001f4a5",
};

constexpr std::array<std::string_view, 12> folders{
    "",
    "invoices/2025/",
    "s3://acme-raw/contracts/",
    "/sites/Legal/Shared Documents/",
    "reports/Q3 \"final\"/",
    "C:\\Users\\scan\\inbox\\",
    "données/été/",
    "契約書/",
    "gs://acme-eu/mail archive/",
    "https://acme.sharepoint.com/teams/hr/",
    "архив/",
    "abfss://lake@acme.dfs.core.windows.net/bronze/",
};

constexpr std::array<std::string_view, 12> names{
    "invoice-",          "scan_",   "Contract (signed) ", "board minutes ", "Müller & Söhne ", "議事録",
    "it's complicated-", "résumé_", "🧾 receipt ",      "отчёт-",         "a\tb ",           "export;",
};

constexpr std::array<std::string_view, 8> extensions{".pdf", ".docx", ".eml", ".xlsx", ".png", ".html", ".msg", ".PDF"};

void append_number(std::string& out, std::uint64_t number, int base = 10)
{
    std::array<char, 24> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number, base).ptr;
    out.append(digits.data(), end);
}

void make_document(random_stream& random, std::uint64_t index, std::string& out)
{
    out.assign(folders[random.below(folders.size())]);
    out += names[random.below(names.size())];
    append_number(out, index);
    out += '-';
    append_number(out, random.below(100'000));
    out += extensions[random.below(extensions.size())];
}

void make_reason(random_stream& random, std::string_view pattern, std::string_view document, std::string& out)
{
    out.clear();
    for (const char character : pattern) {
        switch (character) {
        case '#':
            append_number(out, random.between(1, 2000));
            break;
        case '@':
            append_number(out, random.next() & 0xffff'ffffU, 16);
            break;
        case '%':
            out += document;
            break;
        default:
            out += character;
        }
    }
}

}  // namespace

void make_failed_file(std::uint64_t job, std::uint64_t index, failed_file& out)
{
    random_stream random{mix(job, index)};
    make_document(random, index, out.document);
    const auto usual = mix(job, reasons.size()) % reasons.size();
    const auto pattern = random.below(10) < 7 ? usual : random.below(reasons.size());
    make_reason(random, reasons[pattern], out.document, out.error);
}

}  // namespace jobaudit::emulator
