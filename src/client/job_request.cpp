#include "client/job_request.hpp"

#include "policy/stop_cause.hpp"
#include "protocol/error_body.hpp"
#include "protocol/redaction.hpp"

#include <algorithm>
#include <utility>
#include <zlib.h>

namespace jobaudit::client_detail {

namespace asio = boost::asio;
using net::clock;

namespace {

// Of a body that is no success: enough for a long list of validation errors.
constexpr std::size_t kept_error_body = 64 * 1024;
// Of a 200: for the snippet, should it turn out malformed.
constexpr std::size_t kept_good_body = 256;

/// Of a body that comes in pieces: its CRC-32, and behind that how long it is.
std::uint64_t digest_of(std::uint64_t so_far, std::string_view piece) noexcept
{
    const auto checksum = ::crc32_z(so_far >> 32U, reinterpret_cast<const Bytef*>(piece.data()), piece.size());
    return (std::uint64_t{checksum} << 32U) | ((so_far + piece.size()) & 0xffff'ffffU);
}

/// RFC 9110 §15.5.9: a server that ends an idle connection may say so with a 408, which then crosses the next request.
/// HAProxy does.
bool tells_of_an_idle_limit(const response_reading& answer)
{
    const auto& head = answer.response.head();
    return head.status == 408 && !head.keep_alive;
}

bool is_end_from_outside(const error_code& error) { return error == errc::canceled || error == errc::client_closed; }

}  // namespace

job_request::job_request(shard& home, net::pool_share& share, other_request* instead)
    : home_{home}, share_{share}, instead_{instead}, memory_{home.shared().memory}
{}

job_request::~job_request() { home_.stop_waiting_for_memory(*this); }

asio::awaitable<void> job_request::async_run(terms what, const send_permission* may_send)
{
    job_ = what.job;
    field_lines_ = what.field_lines;
    limit_ = what.limit;
    writer_ = what.records;
    in_writer_ = false;
    ending_.connection = 0;
    ending_.taken_back = ending_.interrupted = false;
    requests_ = connections_ = 0;
    records_ = 0;
    time_in_line_ = {};
    operation_.reset();
    operation_.set_deadline(what.deadline, what.deadline_reason);
    home_.watch(operation_);
    // Also when the writer throws: the shard must not look after an operation that may be gone.
    const struct release {
        job_request& self;
        ~release()
        {
            self.operation_.unlink();
            self.end_reading();
        }
    } at_end{*this};

    net::failure failed;
    auto now = what.now;
    for (net::pool::lease lost;;) {
        net::pool::lease lease;
        const auto departs = lost ? departure::replacement : departure::request;
        if (!lost) {
            lease = home_.connections().try_acquire(share_, now);
        } else if (may_send != nullptr && !(*may_send)(departure::dial, now)) {
            lost.release(now);
            ending_.taken_back = true;
            co_return;
        }
        if (!lease) {
            auto acquired = co_await async_connection(lost);
            lease = std::move(acquired.lease);
            failed = std::move(acquired.failure);
            connections_ += acquired.is_new ? 1 : 0;
            time_in_line_ += acquired.time_in_line;
            now = clock::now();
        }
        if (!lease)
            break;
        if (may_send != nullptr && !(*may_send)(departs, now)) {
            lease.release(now);
            ending_.taken_back = true;
            co_return;
        }
        ending_.connection = lease->number();
        ++requests_;
        status_ = 0;
        body_error_ = {};
        digest_ = 0;
        reading_.reset();
        const bool reused = lease->was_idle();
        net::exchange exchange{*this, operation_};
        const auto left_at = now;
        reads_from_ = lease.operator->();
        lease->begin(exchange, request_text(), home_.buffer(), now);
        while (lease->goes_on(exchange)) {
            (void)co_await operation_.wait(exchange.done);
            operation_.resumed();
        }
        auto exchanged = exchange.take_result();
        now = exchanged.ended_at;
        failed = std::move(exchanged.failure);
        time_in_line_ += exchanged.time_in_line;
        if (!failed && instead_ == nullptr)
            home_.shared().pipelining.note_response(reading_->response.body_bytes());
        if (reused && !reading_ && (failed.error == errc::attempt_timed_out || failed.error == errc::job_timed_out))
            home_.connections().distrust_idle_since(left_at, now);
        const bool unanswered = failed.error == errc::connection_lost && !reading_;
        const bool is_stale = unanswered || (!failed && tells_of_an_idle_limit(*reading_));
        if (is_stale && reused && !exchanged.stood_in_line) {
            home_.connections().note_stale(*lease);
            lost = std::move(lease);
            continue;
        }
        if (!unanswered || !exchanged.stood_in_line) {
            lease_ = std::move(lease);
            ended_at_ = now;
            break;
        }
        lease.release(now);
        now = clock::now();
    }
    if (is_end_from_outside(failed.error)) {
        discard_records();
        ending_.interrupted = true;
        co_return;
    }
    ending_.verdict = judge(failed);
    if (ending_.verdict.kind == outcome_kind::ok) {
        writing_ = false;
        records_ = instead_ != nullptr ? 0 : reading_->files.records();
    } else {
        discard_records();
    }
}

boost::asio::awaitable<net::pool::result> job_request::async_connection(net::pool::lease& lost)
{
    auto& connections = home_.connections();
    return lost ? connections.async_replace(share_, lost, operation_) : connections.async_acquire(share_, operation_);
}

protocol::response_reader& job_request::begin_response()
{
    reading_ = (instead_ != nullptr ? instead_->readings() : home_.readings()).take();
    reading_->response.begin(*this);
    reading_->files.begin(*this);
    reading_->body.clear();
    return reading_->response;
}

std::string_view job_request::request_text()
{
    return instead_ != nullptr ? std::string_view{instead_->text()} : home_.request_for(job_, field_lines_);
}

void job_request::go_on_reading()
{
    if (reads_from_ != nullptr)
        reads_from_->go_on_reading();
}

bool job_request::may_read_on()
{
    if (instead_ != nullptr)
        return instead_->has_room();
    if (memory_.hold(reading_->files.memory() + (writing_ ? writer_->held() : 0)))
        return true;
    home_.wait_for_memory(*this);
    return false;
}

bool job_request::goes_on_reading()
{
    if (!memory_.may_go_on())
        return false;
    reads_from_->go_on_reading();
    return true;
}

void job_request::end_reading()
{
    reads_from_ = nullptr;
    if (memory_.held() == 0) {
        reading_.reset();
        return;
    }
    home_.stop_waiting_for_memory(*this);
    if (reading_)
        reading_->files.forget();
    reading_.reset();
    // What the writer holds stays counted until it is delivered.
    (void)memory_.hold(writer_->held());
    home_.note_free_memory();
}

void job_request::release_memory()
{
    if (memory_.held() == 0)
        return;
    memory_.release();
    home_.note_free_memory();
}

bool job_request::end_response()
{
    if (status_ != 200)
        return protocol::is_error_of_platform(status_, reading_->body);
    if (!body_error_)
        body_error_ = instead_ != nullptr ? instead_->finish() : reading_->files.finish();
    return !body_error_;
}

void job_request::note_answer(const outcome& passed_on)
{
    // One that came to nothing on its way is nobody else's either.
    if (lease_ && ending_.verdict.http_status != 0)
        lease_.note_answer({passed_on.job, passed_on.kind, passed_on.failed_file_count, digest_});
}

void job_request::on_head(const protocol::response_head& head)
{
    status_ = head.status;
    if (status_ != 200)
        return;
    if (instead_ != nullptr) {
        instead_->begin();
    } else {
        writing_ = true;
        call_writer([this](job_writer& writer) { writer.begin(job_); });
    }
}

error_code job_request::on_body(std::string_view bytes)
{
    const auto kept = status_ == 200 ? kept_good_body : kept_error_body;
    if (home_.shared().options.pipeline > 1)
        digest_ = digest_of(digest_, bytes);
    auto& body = reading_->body;
    if (body.size() < kept)
        body.append(bytes.substr(0, kept - body.size()));
    if (instead_ != nullptr)
        return put_to_other(bytes);
    // A body that is malformed is read to its end all the same, as a part of what it says.
    if (status_ == 200 && !body_error_)
        body_error_ = reading_->files.write(bytes);
    return {};
}

error_code job_request::put_to_other(std::string_view bytes)
{
    const auto most = home_.shared().options.max_body;
    if (status_ != 200)
        return reading_->response.body_bytes() > most ? errc::body_too_large : error_code{};
    operation_.set_deadline(clock::now() + limit_, errc::attempt_timed_out);
    body_error_ = instead_->write(bytes);
    return body_error_;
}

void job_request::on_records(std::span<const failed_file_view> records)
{
    call_writer([records](job_writer& writer) { writer.append(records); });
}

template <class Call>
void job_request::call_writer(Call&& call)
{
    in_writer_ = true;
    call(*writer_);
    in_writer_ = false;
}

std::string job_request::message_of(const net::failure& failed) const
{
    if (!failed.message.empty())
        return failed.message;
    if (failed.error != errc::attempt_timed_out && failed.error != errc::job_timed_out)
        return {};
    if (instead_ != nullptr && reading_ && status_ == 200)
        return "nothing more came for " + policy::in_words(limit_) + ' ' + place_of_timeout();
    const bool of_job = failed.error == errc::job_timed_out;
    return (of_job ? "the job was not done within " : "no whole response within ") + policy::in_words(limit_) +
           ": the time was over " + place_of_timeout();
}

std::string job_request::place_of_timeout() const
{
    if (requests_ == 0)
        return "before there was a connection for the request";
    return reading_ ? reading_->response.place() : "before a response came";
}

protocol::verdict job_request::judge(const net::failure& failed)
{
    if (failed && !(body_error_ && failed.error == body_error_)) {
        auto verdict = protocol::judge_failure(failed.error, message_of(failed));
        const bool answered = failed.error == errc::body_too_large || failed.error == errc::bad_content_coding;
        verdict.http_status = answered ? status_ : 0;
        redact(verdict);
        return verdict;
    }
    // Nothing of a success is reckoned with the time, nor told to anyone but its records.
    if (status_ == 200 && !body_error_)
        return protocol::judge_response(reading_->response.head(), {}, {}, {}, {});
    auto verdict = protocol::judge_response(reading_->response.head(), reading_->body, body_error_,
                                            instead_ != nullptr ? instead_->problem() : reading_->files.problem(),
                                            std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()));
    redact(verdict);
    return verdict;
}

// A server may repeat what it was sent.
void job_request::redact(protocol::verdict& verdict) const
{
    const auto& secrets = home_.shared().secrets;
    protocol::redact(verdict.message, secrets);
    for (auto& issue : verdict.validation) {
        protocol::redact(issue.msg, secrets);
        protocol::redact(issue.type, secrets);
        for (auto& part : issue.loc)
            if (auto* name = std::get_if<std::string>(&part))
                protocol::redact(*name, secrets);
    }
}

void job_request::discard_records()
{
    if (std::exchange(writing_, false))
        call_writer([](job_writer& writer) { writer.discard(); });
}

}  // namespace jobaudit::client_detail
