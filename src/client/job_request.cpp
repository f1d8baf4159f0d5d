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

// Also when the writer throws: the shard must not look after an operation that may be gone.
struct job_request::run_end {
    job_request& self;

    ~run_end()
    {
        self.operation_.unlink();
        self.end_reading();
    }
};

asio::awaitable<void> job_request::async_run(terms what, const send_permission* may_send)
{
    prepare(what);
    const run_end at_end{*this};
    net::failure failed;
    auto now = what.now;
    for (net::pool::lease lost;;) {
        net::pool::lease lease;
        const auto departs = lost ? departure::replacement : departure::request;
        if (!lost)
            lease = home_.connections().try_acquire(share_, now);
        else if (is_taken_back(may_send, departure::dial, lost, now))
            co_return;
        if (!lease) {
            auto acquired = co_await async_connection(lost);
            now = clock::now();
            lease = take(acquired);
            failed = std::move(acquired.failure);
        }
        if (!lease)
            break;
        if (is_taken_back(may_send, departs, lease, now))
            co_return;
        net::exchange exchange{*this, operation_};
        const auto left_at = now;
        const bool was_idle = lease->was_idle();
        begin(exchange, lease, now);
        while (lease->goes_on(exchange)) {
            (void)co_await operation_.wait(exchange.done);
            operation_.resumed();
        }
        auto exchanged = exchange.take_result();
        now = exchanged.ended_at;
        const auto replay = note_end(exchanged, was_idle, left_at);
        failed = std::move(exchanged.failure);
        if (replay == policy::request_replay::none) {
            lease_ = std::move(lease);
            ended_at_ = now;
            break;
        }
        if (replay == policy::request_replay::in_its_place) {
            home_.connections().note_stale(*lease);
            lost = std::move(lease);
        } else {
            lease.release(now);
            now = clock::now();
        }
    }
    conclude(failed);
}

void job_request::prepare(const terms& what)
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
}

bool job_request::is_taken_back(const send_permission* may_send, departure what, net::pool::lease& held,
                                clock::time_point now)
{
    if (may_send == nullptr || (*may_send)(what, now))
        return false;
    held.release(now);
    ending_.taken_back = true;
    return true;
}

net::pool::lease job_request::take(net::pool::result& acquired)
{
    connections_ += acquired.is_new ? 1 : 0;
    time_in_line_ += acquired.time_in_line;
    return std::move(acquired.lease);
}

void job_request::begin(net::exchange& next, net::pool::lease& on, clock::time_point now)
{
    ending_.connection = on->number();
    ++requests_;
    status_ = 0;
    body_error_ = {};
    digest_ = 0;
    reading_.reset();
    reads_from_ = on.operator->();
    on->begin(next, request_text(), home_.buffer(), now);
}

policy::request_replay job_request::note_end(const net::exchange_result& ended, bool was_idle,
                                             clock::time_point left_at)
{
    const auto& failed = ended.failure;
    time_in_line_ += ended.time_in_line;
    if (!failed && instead_ == nullptr)
        home_.shared().pipelining.note_response(reading_->response.body_bytes());
    const bool is_timeout = failed.error == errc::attempt_timed_out || failed.error == errc::job_timed_out;
    if (was_idle && !reading_ && is_timeout)
        home_.connections().distrust_idle_since(left_at, ended.ended_at);
    return policy::replay_behind({.is_lost = failed.error == errc::connection_lost && !reading_,
                                  .is_farewell = !failed && tells_of_an_idle_limit(*reading_),
                                  .was_idle = was_idle,
                                  .stood_in_line = ended.stood_in_line});
}

void job_request::conclude(const net::failure& failed)
{
    if (is_end_from_outside(failed.error)) {
        discard_records();
        ending_.interrupted = true;
        return;
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
