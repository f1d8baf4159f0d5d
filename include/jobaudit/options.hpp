#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace jobaudit {

class observer;
class shared_limits;
struct summary;

/// Thrown by client's constructor and by the operations' initiation when an option has no usable value. what() names
/// the field, the value (never a secret) and what to do.
class option_error : public std::invalid_argument {
public:
    /// what() is `field: message`.
    option_error(std::string field, const std::string& message)
        : std::invalid_argument{field + ": " + message}, field_{std::move(field)}
    {}

    /// The option's name as it stands in these structs.
    [[nodiscard]] const std::string& field() const noexcept { return field_; }

private:
    std::string field_;
};

/// How the key is sent.
enum class authentication : std::uint8_t {
    api_key,  ///< `unstructured-api-key: KEY`
    bearer,   ///< `Authorization: Bearer KEY`
};

/// The key. It appears in no message, log or trace of this library.
struct credentials {
    std::string key;  ///< 1 … 4096 characters, printable ASCII without blanks at the ends
    authentication scheme = authentication::api_key;  ///< the field in which it is sent
};

/// Trust and identity in TLS. The server is always verified (RFC 9525: subject alternative names alone, no partial
/// wildcards). Refused, whatever openssl.cnf allows: TLS before 1.2, RSA and DH keys below 2048 bits, curves below 224
/// bits, certificates signed with SHA-1 or MD5 (OpenSSL's security level 2); a stricter openssl.cnf stands.
struct tls_options {
    /// PEM; empty: the system's trust store. Each certificate in it is trusted: that of a root, of an intermediate, or
    /// of the server itself.
    std::string ca_file{};
    std::string client_certificate_file{};  ///< PEM, with its chain; empty: none
    std::string client_key_file{};          ///< PEM; empty: in client_certificate_file
};

/// A header field of a request. The name is a token (RFC 9110 §5.1), and not one of those with which the library makes
/// its requests: Host, Authorization, unstructured-api-key, Accept, Accept-Encoding, User-Agent, and those that frame a
/// message or rule its connection. The value is 0 … 4096 characters, printable ASCII without blanks at the ends.
struct header_field {
    std::string name;   ///< a token; case does not matter
    std::string value;  ///< may be empty
};

/// What a client needs to know once. Here and below, a duration of more than a hundred years counts as a hundred: who
/// wants no limit may give max().
struct client_options {
    /// `https://host[:port]`, with or without `/api/v1`. `http://` only to a loopback address or with allow_plain_http.
    std::string url = "https://platform.unstructuredapp.io";
    jobaudit::credentials credentials{};  ///< the key has to be given
    tls_options tls{};                    ///< not used with `http://`
    std::string proxy{};                  ///< `http://[user:password@]host:port`, asked with CONNECT; empty: none
    bool allow_plain_http = false;        ///< send the key unencrypted to a host that is not loopback
    std::chrono::nanoseconds connect_timeout = std::chrono::seconds{10};  ///< TCP, proxy and TLS together
    /// An idle connection is closed after it, or a fifth before the time that the server announces (Keep-Alive).
    std::chrono::nanoseconds idle_timeout = std::chrono::seconds{50};
    std::chrono::nanoseconds max_connection_age = std::chrono::minutes{30};  ///< ±10 % at random
    /// ≥ 1; open at once for single fetches, which wait in line beyond it. An audit has its own limit, `concurrency`.
    std::size_t connections = 64;
    /// 1 … 64; requests that may be under way on one connection (RFC 9112 §9.3.2), so that an audit has up to
    /// `concurrency` times as many; fewer while responses are so large that together they exceed 512 KiB. They begin on
    /// a connection that has answered once. When a connection breaks, those that it has not begun to answer are sent
    /// again elsewhere and lose no attempt; a server that breaks off early twice is then asked one by one.
    unsigned pipeline = 1;
    std::size_t max_head = 64 * 1024;               ///< bytes of a response head
    std::uint64_t max_body = 256ull * 1024 * 1024;  ///< bytes of a body, as sent and as decoded
    /// Bytes that all answers together hold while they are read and delivered, beyond some 64 KiB each: parts of long
    /// strings, and the failed files of a job whose sink wants them together. Where it is used up, answers are read one
    /// after the other, which costs no attempt and counts against no limit of time; one alone may take more.
    std::uint64_t max_memory = 64 * 1024 * 1024;
    std::string user_agent{};  ///< empty: `jobaudit/` and the library's version
    /// Told of attempts, waits and connections. Must live until async_close has completed or the context is destroyed.
    jobaudit::observer* observer = nullptr;
    /// The executor runs one handler at a time, as an io_context that one thread runs does: the client then works on it
    /// without a strand of its own. Where that is not so, memory is corrupted.
    bool executor_is_serial = false;
    std::vector<header_field> headers{};                ///< sent with each request
    std::string request_id_header = "X-Request-ID";     ///< the name of the field that carries a request_id
    double rate = 0;                                    ///< most single fetches a second, retries too; 0: no limit
    unsigned burst = 1;                                 ///< ≥ 1; of them at once after a pause
    std::shared_ptr<jobaudit::shared_limits> limits{};  ///< with other clients; instead of a rate here and of audits
};

/// How one job is asked for. What the origin says to one fetch of a client, the others heed: a pause that it asks for,
/// how many requests it takes, that it fails as a whole.
struct fetch_options {
    unsigned attempts = 5;  ///< ≥ 1; requests for one job; one that is refused is none, see audit_options::attempts
    std::chrono::nanoseconds timeout = std::chrono::seconds{30};     ///< one attempt
    std::chrono::nanoseconds job_timeout = std::chrono::minutes{5};  ///< one job, from its first attempt
    /// The longest Retry-After that is waited for, also when it was said to another fetch of the client.
    std::chrono::nanoseconds max_wait = std::chrono::minutes{15};
    std::chrono::nanoseconds backoff_base = std::chrono::milliseconds{250};  ///< first retry: at random up to this
    std::chrono::nanoseconds backoff_limit = std::chrono::seconds{20};       ///< no backoff is longer
    /// So long the origin may fail as a whole, or refuse all that it is asked, before the fetch is given up.
    std::chrono::nanoseconds outage_limit = std::chrono::seconds{30};
    /// Sent in the field client_options::request_id_header, and passed on to the outcome and the observer. A value as
    /// of header_field; empty: none. async_fetch copies it before it returns.
    std::string_view request_id{};
    std::span<const header_field> headers{};  ///< sent beside those of the client; copied likewise
    void* context = nullptr;                  ///< the caller's own; passed on to the observer
};

/// How the list of jobs is asked for, and which of its jobs are wanted. It may be of any length:
/// client_options::max_body does not hold for it.
struct list_options {
    /// Only jobs in one of these, spelled as the platform does; empty: whatever they are in. One goes into the request,
    /// as the platform takes no more; several are picked out here.
    std::vector<std::string> status{};
    std::string workflow_id{};  ///< only jobs of this workflow, a UUID; the platform picks them; empty: of any
    unsigned attempts = 5;      ///< ≥ 1; requests, counted anew when they brought further jobs; see fetch_options
    std::chrono::nanoseconds timeout = std::chrono::seconds{30};                ///< so long nothing may come
    std::chrono::nanoseconds max_wait = std::chrono::minutes{15};               ///< see fetch_options
    std::chrono::nanoseconds backoff_base = std::chrono::milliseconds{250};     ///< first retry: at random up to this
    std::chrono::nanoseconds backoff_limit = std::chrono::seconds{20};          ///< no backoff is longer
    std::chrono::nanoseconds outage_limit = std::chrono::minutes{5};            ///< see fetch_options
    std::chrono::nanoseconds outage_limit_at_start = std::chrono::seconds{30};  ///< the same while no job has come
    std::string_view request_id{};            ///< see fetch_options; async_list_jobs copies it before it returns
    std::span<const header_field> headers{};  ///< sent beside those of the client; copied likewise
    void* context = nullptr;  ///< the caller's own; passed on to the observer, which is told of the nil job
};

/// How a batch is run. All limits are for the batch as a whole, whatever the number of threads.
struct audit_options {
    unsigned concurrency = 64;  ///< ≥ 1; connections, and so jobs in flight (times client_options::pipeline)
    unsigned threads = 1;       ///< ≥ 1; the first is the client's executor, the others are the library's own
    double rate = 0;            ///< most requests a second, retries among them; 0: no limit
    unsigned burst = 1;         ///< ≥ 1; requests at once after a pause
    /// Find from its first refusal on (429, or 503 or 529 while others succeed) how many requests at a time or a second
    /// the server takes. Without it, a server that names no time is only left alone for a while after each 429.
    bool adaptive = true;
    /// ≥ 1; a refusal is none, but for a job that is refused again and again while others succeed
    unsigned attempts = 5;
    std::chrono::nanoseconds timeout = std::chrono::seconds{30};             ///< one attempt
    std::chrono::nanoseconds job_timeout = std::chrono::minutes{5};          ///< one job, from its first attempt
    std::chrono::nanoseconds max_wait = std::chrono::minutes{15};            ///< a longer Retry-After ends the batch
    std::chrono::nanoseconds backoff_base = std::chrono::milliseconds{250};  ///< first retry: at random up to this
    std::chrono::nanoseconds backoff_limit = std::chrono::seconds{20};       ///< no backoff is longer
    std::chrono::nanoseconds deadline{};                                     ///< of the batch; 0: none
    std::chrono::nanoseconds outage_limit = std::chrono::minutes{5};  ///< an outage that lasts longer ends the batch
    std::chrono::nanoseconds outage_limit_at_start =
        std::chrono::seconds{30};  ///< the same while nothing succeeded yet
    std::chrono::nanoseconds drain_limit =
        std::chrono::seconds{10};  ///< after a partial cancellation, for what is in flight
    std::uint64_t seed = 0;        ///< of jitter; 0: from the system
    /// Of all its requests, see fetch_options; async_audit copies it before it returns.
    std::string_view request_id{};
    void* context = nullptr;  ///< the caller's own; passed on to the observer
    /// Written to before the operation completes, for tokens that turn an error_code into an exception and so leave the
    /// summary out. Null: nowhere.
    summary* totals = nullptr;
};

}  // namespace jobaudit
