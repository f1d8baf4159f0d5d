#pragma once

#include "client/other_request.hpp"
#include "client/reading_pool.hpp"
#include "client/shard.hpp"
#include "net/operation.hpp"
#include "policy/memory_budget.hpp"
#include "policy/request_replay.hpp"
#include "protocol/failed_files_reader.hpp"
#include "protocol/response_reader.hpp"
#include "protocol/verdict.hpp"

#include <jobaudit/outcome.hpp>
#include <jobaudit/sink.hpp>

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace jobaudit::client_detail {

/// Makes one attempt after the other at asking for a job's failed files, or for something else, and keeps what memory
/// that takes from job to job. One for each job in flight.
class job_request final : net::response_reader_source, protocol::response_consumer, protocol::record_consumer {
public:
    /// Uses connections of `home` in the name of `share`, which outlives it. `instead`: what is asked for, unless it is
    /// the failed files of jobs; outlives it.
    job_request(shard& home, net::pool_share& share, other_request* instead = nullptr);
    ~job_request();

    /// What is asked before: a request leaves; a connection is opened for one that replaces a lost one; that leaves.
    enum class departure : std::uint8_t { request, dial, replacement };
    /// Whether that may happen at this time.
    using send_permission = std::function<bool(departure what, net::clock::time_point now)>;

    struct terms {
        job_id job;
        net::clock::time_point now{};  ///< when it is begun
        net::clock::time_point deadline{};
        errc deadline_reason = errc::attempt_timed_out;
        std::chrono::nanoseconds limit{};  ///< whose end `deadline` is: of the attempt or of the job, for the message
        /// Begun with the first 200; discarded when the attempt came to nothing. Not used for another request.
        job_writer* records = nullptr;
        std::string_view field_lines{};  ///< further ones; valid until the request has ended
    };

    struct ending {
        protocol::verdict verdict;     ///< unless one of the others says that there is none
        std::uint64_t connection = 0;  ///< the last one used; 0: none was made
        bool taken_back = false;       ///< may_send said no: nothing was sent
        bool interrupted = false;      ///< from outside by a cancellation
    };

    /// One attempt. `may_send` is asked right before a request leaves, with the connection in hand, and for a
    /// replacement also before its connection is opened, which would grow old while it waits for its slot. A connection
    /// that was idle before and is lost before the first byte of the response, or ends with a 408, is replaced by a
    /// fresh one (or by another idle one where no more can be opened, though others work), and one that is lost while
    /// the request stood in line by any other (RFC 9112 §9.3.1: GET is safe to repeat). When this completes, ended()
    /// says what came of it, and release() is to be called. Exceptions of the writer pass through as they are.
    [[nodiscard]] boost::asio::awaitable<void> async_run(terms what, const send_permission* may_send);

    /// Gives the connection of the last attempt back, or closes it. Who waits for it sends at once: what is to hold
    /// that back, a gate that this attempt closes, comes before.
    void release() { lease_.release(ended_at_); }

    /// Before release(): the answer of the last attempt is passed on as its job's, and is to be doubted when it turns
    /// out that its connection sent a response too many or too few.
    void note_answer(const outcome& passed_on);

    /// Once what the writer holds has been delivered.
    void release_memory();

    /// Whether more of an answer that was held back may be read; it then is.
    [[nodiscard]] bool goes_on_reading();

    /// More of an answer may be read for which there was no room.
    void go_on_reading();

    /// Ends the attempt from outside.
    void interrupt(errc reason) { operation_.interrupt(reason); }

    /// Whether it was the writer that threw: what else does is the lack of memory.
    [[nodiscard]] bool writer_threw() const noexcept { return in_writer_; }

    /// Of the last attempt, unless the writer threw.
    [[nodiscard]] ending& ended() noexcept { return ending_; }

    /// Of the last attempt, however it ended: requests sent (more than one when a stale connection had to be replaced)
    /// and connections opened for it.
    [[nodiscard]] unsigned requests() const noexcept { return requests_; }
    [[nodiscard]] unsigned connections() const noexcept { return connections_; }
    /// Of the last attempt: how long it waited for a connection, and its request in line behind others of that, which
    /// counts against no limit of time.
    [[nodiscard]] net::clock::duration time_in_line() const noexcept { return time_in_line_; }

    /// Of the body of the last attempt's response, where several requests may be under way on a connection; otherwise
    /// 0.
    [[nodiscard]] std::uint64_t digest() const noexcept { return digest_; }

    /// Records of the last attempt, when it was a success.
    [[nodiscard]] std::uint64_t records() const noexcept { return records_; }

private:
    struct run_end;

    void on_head(const protocol::response_head& head) override;
    error_code on_body(std::string_view bytes) override;
    void on_records(std::span<const failed_file_view> records) override;
    [[nodiscard]] bool needs_texts() const noexcept override { return writer_ == nullptr || writer_->needs_texts(); }

    void prepare(const terms& what);
    /// Asks whether it may happen; if not, gives the connection back, and the attempt is over.
    [[nodiscard]] bool is_taken_back(const send_permission* may_send, departure what, net::pool::lease& held,
                                     net::clock::time_point now);
    [[nodiscard]] net::pool::lease take(net::pool::result& acquired);
    void begin(net::exchange& next, net::pool::lease& on, net::clock::time_point now);
    /// What is learnt from an exchange whose request left at `left_at`, and how the attempt goes on.
    [[nodiscard]] policy::request_replay note_end(const net::exchange_result& ended, bool was_idle,
                                                  net::clock::time_point left_at);
    /// Says what came of the attempt.
    void conclude(const net::failure& failed);
    /// A connection that has to be waited for: in the place of `lost`, when there is one.
    [[nodiscard]] boost::asio::awaitable<net::pool::result> async_connection(net::pool::lease& lost);
    [[nodiscard]] protocol::response_reader& begin_response() override;
    [[nodiscard]] bool may_read_on() override;
    [[nodiscard]] bool end_response() override;
    [[nodiscard]] std::string message_of(const net::failure& failed) const;
    /// For a person: how far the last response was.
    [[nodiscard]] std::string place_of_timeout() const;
    [[nodiscard]] protocol::verdict judge(const net::failure& failed);
    void redact(protocol::verdict& verdict) const;
    void discard_records();
    void end_reading();
    [[nodiscard]] std::string_view request_text();
    [[nodiscard]] error_code put_to_other(std::string_view bytes);
    template <class Call>
    void call_writer(Call&& call);

    shard& home_;
    net::pool_share& share_;
    other_request* const instead_;
    net::operation operation_;
    net::pool::lease lease_;  // of an attempt that has ended, until release()
    net::clock::time_point ended_at_{};
    policy::memory_budget::share memory_;
    net::connection* reads_from_ = nullptr;  // while an exchange is under way
    reading_pool::handle reading_;           // from the first byte of a response to the attempt's end
    job_writer* writer_ = nullptr;
    bool in_writer_ = false;
    bool writing_ = false;  // between the writer's begin and its commit or discard
    job_id job_;
    std::string_view field_lines_;
    std::chrono::nanoseconds limit_{};
    ending ending_;
    unsigned requests_ = 0;
    unsigned connections_ = 0;
    net::clock::duration time_in_line_{};
    int status_ = 0;
    error_code body_error_;
    std::uint64_t digest_ = 0;
    std::uint64_t records_ = 0;
};

}  // namespace jobaudit::client_detail
