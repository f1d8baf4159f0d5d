#include "protocol/response_reader.hpp"

#include "protocol/body_decoder.hpp"
#include "protocol/head_fields.hpp"
#include "protocol/head_memory.hpp"
#include "protocol/line_scan.hpp"
#include "protocol/response_parser.hpp"

#include <algorithm>
#include <limits>
#include <optional>
#include <utility>

namespace jobaudit::protocol {
namespace {

constexpr unsigned max_interim_responses = 5;

// After so many elements (a chunk's line, its data) the caller may look at the time: small ones cost far more than
// their bytes. Of a compressed body an element counts as many: it may hold a thousand blocks, each with tables of its
// own.
constexpr unsigned elements_at_once = 1024;
constexpr unsigned weight_of_compressed = 256;

// Deflate makes up to 1032 bytes of one (zlib's technical details): so much is decoded before a look at what came of
// it.
constexpr std::size_t encoded_at_once = 1024;
constexpr std::uint64_t decoded_at_once = 1024 * 1024;

bool is_interim(int status) noexcept { return status >= 100 && status < 200; }

// Whatever the length fields say (RFC 9112 §6.3).
bool has_no_body(int status) noexcept { return is_interim(status) || status == 204 || status == 304; }

}  // namespace

// The order of things is Beast's parser's; what that lets pass is checked here: its input is cut at lines, which are
// looked at before it sees them, and it never sees trailers, bodies of a known length, or a head that says no more than
// the one before.
class response_reader::implementation final : private response_events {
public:
    explicit implementation(limits bounds) : limits_{bounds}, body_{bounds.body} {}

    void begin(response_consumer& consumer)
    {
        consumer_ = &consumer;
        interim_responses_ = 0;
        started_ = false;
        error_.clear();
        problem_.clear();
        body_.begin(consumer, content_coding::identity);
        begin_head();
    }

    progress put(std::string_view bytes)
    {
        progress result{0, error_};
        if (error_ || phase_ == phase::complete)
            return result;
        started_ = started_ || !bytes.empty();
        error_ = errc::sink_failed;  // stands if the consumer throws
        error_code error;
        const std::uint64_t decoded_before = body_.decoded();
        unsigned elements = 0;
        while (phase_ != phase::complete && !error && elements < elements_at_once) {
            elements += expands() ? weight_of_compressed : 1;
            const auto step = advance(bytes.substr(result.consumed), error);
            result.consumed += step;
            if (step == 0 || (expands() && body_.decoded() - decoded_before > decoded_at_once))
                break;
        }
        error_ = error;
        result.error = error;
        return result;
    }

    error_code end_of_stream()
    {
        if (error_ || phase_ == phase::complete)
            return error_;
        if (phase_ == phase::body && !content_length_ && body_.may_end()) {
            phase_ = phase::complete;
            return {};
        }
        return error_ = fail(errc::connection_lost, "the connection was closed " + place());
    }

    [[nodiscard]] bool started() const noexcept { return started_; }
    [[nodiscard]] bool complete() const noexcept { return phase_ == phase::complete; }
    [[nodiscard]] const response_head& head() const noexcept { return head_; }
    [[nodiscard]] std::uint64_t body_bytes() const noexcept { return body_.sent(); }

    [[nodiscard]] std::string place() const
    {
        if (!started_)
            return "before a response came";
        if (phase_ == phase::head)
            return "before the response's head was complete";
        const std::string bytes = std::to_string(body_.sent());
        const std::string of_all = content_length_ ? " of " + std::to_string(*content_length_) : "";
        return "after " + bytes + of_all + " bytes of the body";
    }
    [[nodiscard]] const std::string& problem() const noexcept { return problem_; }

private:
    // A body ends with its Content-Length or the connection.
    enum class phase { head, body, chunk_line, chunk_data, trailers, complete };

    void begin_head()
    {
        phase_ = phase::head;
        head_scan_ = {};
        first_chunk_ = true;
        framing_bytes_ = 0;
        trailer_bytes_ = 0;
        content_length_.reset();
    }

    void forget_head()
    {
        coding_ = content_coding::identity;
        has_transfer_encoding_ = false;
        head_.status = 0;
        head_.keep_alive = false;
        head_.idle_timeout = duration::max();
        for (auto* field :
             {&head_.reason, &head_.content_type, &head_.retry_after, &head_.limit_hints, &head_.date, &head_.location})
            field->clear();
    }

    /// Takes one element, or what there is of a body; gives its size, and 0 when more bytes are needed.
    std::size_t advance(std::string_view bytes, error_code& error)
    {
        switch (phase_) {
        case phase::head:
            return read_head(bytes, error);
        case phase::body:
            return read_body(bytes, error);
        case phase::chunk_data:
            return read_chunk_data(bytes, error);
        case phase::chunk_line:
            return read_chunk_line(bytes, error);
        case phase::trailers:
            return read_trailer(bytes, error);
        case phase::complete:
            break;
        }
        return 0;
    }

    std::size_t read_head(std::string_view bytes, error_code& error)
    {
        if (head_scan_.size() == 0) {
            const auto known = last_head_.recognise(bytes);
            if (known && known->size <= limits_.head)
                return take_known_head(*known, error);
        }
        switch (head_scan_.advance(bytes, limits_.head)) {
        case head_scan::result::incomplete:
            return 0;
        case head_scan::result::too_large:
            error = fail(errc::head_too_large,
                         "the response's head is larger than the limit of " + std::to_string(limits_.head) + " bytes");
            return 0;
        case head_scan::result::no_status_line:
            error = fail(errc::bad_response, "what came does not begin with an HTTP/1.x status line");
            return 0;
        case head_scan::result::bare_line_feed:
            error = fail(errc::bad_response, "a line of the head ends in a bare line feed");
            return 0;
        case head_scan::result::folded_line:
            error = fail(errc::bad_response, "a line of the head is folded");
            return 0;
        case head_scan::result::complete:
            break;
        }
        return parse_head(bytes.substr(0, head_scan_.size()), error);
    }

    std::size_t parse_head(std::string_view head, error_code& error)
    {
        last_head_.forget();
        forget_head();
        parser_.begin();
        feed(head, error);
        if (error)
            return 0;
        if (is_interim(head_.status)) {
            begin_head();
            return head.size();
        }
        if (content_length_ && !has_no_body(head_.status))
            last_head_.remember(head);
        begin_body();
        return head.size();
    }

    /// What it cannot differ in is as the last head left it.
    std::size_t take_known_head(const head_memory::known_head& known, error_code& error)
    {
        head_.date.assign(known.date);
        content_length_ = known.content_length;
        show_head(error);
        if (!error && known.content_length == 0)
            on_end_of_body(error);
        if (error)
            return 0;
        begin_body();
        return known.size;
    }

    void begin_body() noexcept
    {
        body_remaining_ = content_length_.value_or(std::numeric_limits<std::uint64_t>::max());
        if (has_no_body(head_.status) || body_remaining_ == 0)
            phase_ = phase::complete;
        else if (has_transfer_encoding_)
            phase_ = phase::chunk_line;
        else
            phase_ = phase::body;
    }

    [[nodiscard]] bool expands() const noexcept { return coding_ == content_coding::gzip; }

    [[nodiscard]] std::string_view at_once(std::string_view bytes) const noexcept
    {
        return expands() ? bytes.substr(0, encoded_at_once) : bytes;
    }

    std::size_t read_body(std::string_view bytes, error_code& error)
    {
        const auto piece = at_once(bytes.substr(0, body_remaining_));
        if (piece.empty())
            return 0;
        error = take_body(piece);
        body_remaining_ -= piece.size();
        if (!error && body_remaining_ == 0)
            on_end_of_body(error);
        if (!error && body_remaining_ == 0)
            phase_ = phase::complete;
        return piece.size();
    }

    std::size_t read_chunk_data(std::string_view bytes, error_code& error)
    {
        if (bytes.empty())
            return 0;
        const auto size = feed(at_once(bytes), error);
        if (chunk_remaining_ == 0)
            phase_ = phase::chunk_line;
        return size;
    }

    /// A chunk's size line; to Beast the CRLF behind the chunk before belongs to it.
    std::size_t read_chunk_line(std::string_view bytes, error_code& error)
    {
        const std::string_view chunk_end = first_chunk_ ? "" : "\r\n";
        const auto shared = std::min(bytes.size(), chunk_end.size());
        if (bytes.substr(0, shared) != chunk_end.substr(0, shared)) {
            error = fail(errc::bad_response, std::string{bad_chunk});
            return 0;
        }
        if (shared < chunk_end.size())
            return 0;
        const auto found = find_line(bytes.substr(shared), limits_.chunk_line);
        if (!check_line(found, "a chunk's size line", error))
            return 0;
        const auto text = bytes.substr(shared, found.size - 2);
        if (!is_printable_line(text)) {
            error = fail(errc::bad_response, "a chunk's size line holds a control character");
            return 0;
        }
        const auto whole = bytes.substr(0, shared + found.size);
        framing_bytes_ += whole.size();
        if (framing_bytes_ > limits_.head && framing_bytes_ - limits_.head > limits_.body) {
            error =
                fail(errc::body_too_large, "the lines between the chunks of the body are larger than the limit of " +
                                               std::to_string(limits_.body) + " bytes");
            return 0;
        }
        if (is_last_chunk_line(text)) {
            feed_last_chunk(whole, error);
            phase_ = phase::trailers;
        } else {
            feed(whole, error);
            first_chunk_ = false;
            phase_ = phase::chunk_data;
        }
        return whole.size();
    }

    // Beast would merge the trailers into the head's fields, and wants them in one piece: it is told that there are
    // none.
    void feed_last_chunk(std::string_view line, error_code& error)
    {
        last_chunk_.assign(line);
        last_chunk_ += "\r\n";
        feed(last_chunk_, error);
    }

    std::size_t read_trailer(std::string_view bytes, error_code& error)
    {
        const auto found = find_line(bytes, limits_.head - trailer_bytes_);
        if (found.state == line_state::too_long) {
            error = fail(errc::head_too_large,
                         "the trailers are larger than the limit of " + std::to_string(limits_.head) + " bytes");
            return 0;
        }
        if (!check_line(found, "a trailer", error))
            return 0;
        trailer_bytes_ += found.size;
        if (found.size == 2)
            phase_ = phase::complete;
        else if (!is_field_line(bytes.substr(0, found.size - 2)))
            error = fail(errc::bad_response, "a trailer is not a field line");
        return found.size;
    }

    /// Whether the line is complete; sets the error when it can't become so.
    bool check_line(const line& found, const std::string& what, error_code& error)
    {
        if (found.state == line_state::too_long)
            error = fail(errc::bad_response,
                         what + " is longer than the limit of " + std::to_string(limits_.chunk_line) + " bytes");
        else if (found.state == line_state::bare_line_feed)
            error = fail(errc::bad_response, what + " ends in a bare line feed");
        return found.state == line_state::complete;
    }

    std::size_t feed(std::string_view bytes, error_code& error) { return parser_.put(bytes, error, problem_); }

    void on_status_line(int status, std::string_view reason, int version) override
    {
        head_.status = status;
        head_.reason.assign(reason);
        version_ = version;
    }

    void on_field(response_field field, std::string_view value, error_code& error) override
    {
        if (field == response_field::content_encoding)
            coding_ = read_content_coding(coding_, value);
        else if (field != response_field::transfer_encoding)
            keep_field(head_, field, value);
        else
            take_transfer_encoding(value, error);
    }

    void take_transfer_encoding(std::string_view value, error_code& error)
    {
        has_transfer_encoding_ = true;
        if (!is_in_any_case(value, "chunked"))
            error = fail(errc::bad_response, "Transfer-Encoding is something else than 'chunked'");
    }

    void on_end_of_head(error_code& error) override
    {
        if (head_.status < 100)
            error = fail(errc::bad_response, "the status is below 100");
        else if (version_ < 11 && has_transfer_encoding_)
            error = fail(errc::bad_response, "Transfer-Encoding stands in a response of HTTP/1.0");
        else if (is_interim(head_.status))
            check_interim(error);
        else
            take_final_head(error);
    }

    void check_interim(error_code& error)
    {
        if (head_.status == 101)
            error = fail(errc::bad_response, "the server switches to another protocol (101), which nobody asked for");
        else if (has_transfer_encoding_ || parser_.content_length().value_or(0) != 0)
            error = fail(errc::bad_response, "an interim response (1xx) claims to have a body");
        else if (++interim_responses_ > max_interim_responses)
            error = fail(errc::bad_response,
                         "more than " + std::to_string(max_interim_responses) + " interim responses (1xx) came");
    }

    void take_final_head(error_code& error)
    {
        if (const auto length = parser_.content_length())
            content_length_ = *length;
        // Bytes of a body that must not be there would be taken for the next response.
        const bool contradictory =
            has_no_body(head_.status) &&
            (has_transfer_encoding_ || (head_.status == 204 && content_length_.value_or(0) != 0));
        head_.keep_alive = version_ >= 11 && parser_.keep_alive() && !contradictory;
        show_head(error);
    }

    void show_head(error_code& error)
    {
        body_.begin(*consumer_, coding_);
        consumer_->on_head(head_);
        if (has_no_body(head_.status))
            return;
        const auto length = content_length_.value_or(0);
        if (coding_ == content_coding::unknown)
            error = fail(errc::bad_content_coding, "Content-Encoding names a coding that was not offered");
        else if (length > limits_.body)
            error = fail(errc::body_too_large, "Content-Length is " + std::to_string(length) + ", the limit is " +
                                                   std::to_string(limits_.body) + " bytes");
    }

    error_code take_body(std::string_view bytes)
    {
        const auto error = body_.write(bytes);
        if (error)
            problem_ = body_.problem();
        return error;
    }

    void on_chunk(std::uint64_t size, error_code& error) override
    {
        if (size > limits_.body - body_.sent())
            error = fail(errc::body_too_large,
                         "the body is larger than the limit of " + std::to_string(limits_.body) + " bytes");
        chunk_remaining_ = size;
    }

    void on_chunk_data(std::string_view bytes, std::uint64_t remaining, error_code& error) override
    {
        error = take_body(bytes);
        chunk_remaining_ = remaining;
    }

    void on_end_of_body(error_code& error) override
    {
        if (!body_.may_end())
            error = fail(errc::bad_content_coding, "the body ends inside the gzip stream");
    }

    error_code fail(errc code, std::string problem)
    {
        problem_ = std::move(problem);
        return code;
    }

    limits limits_;
    response_consumer* consumer_ = nullptr;
    response_parser parser_{*this};
    phase phase_ = phase::head;
    head_scan head_scan_;
    head_memory last_head_;
    response_head head_;
    body_decoder body_;
    content_coding coding_ = content_coding::identity;
    int version_ = 11;
    bool has_transfer_encoding_ = false;
    std::optional<std::uint64_t> content_length_;
    std::uint64_t body_remaining_ = 0;
    bool started_ = false;
    bool first_chunk_ = true;
    unsigned interim_responses_ = 0;
    std::uint64_t chunk_remaining_ = 0;
    std::uint64_t framing_bytes_ = 0;  // of the lines between chunks
    std::size_t trailer_bytes_ = 0;
    std::string last_chunk_;
    error_code error_;
    std::string problem_;
};

response_reader::response_reader(limits bounds) : implementation_{std::make_unique<implementation>(bounds)} {}
response_reader::response_reader(response_reader&&) noexcept = default;
response_reader& response_reader::operator=(response_reader&&) noexcept = default;
response_reader::~response_reader() = default;

void response_reader::begin(response_consumer& consumer) { implementation_->begin(consumer); }

response_reader::progress response_reader::put(std::string_view bytes) { return implementation_->put(bytes); }

error_code response_reader::end_of_stream() { return implementation_->end_of_stream(); }

bool response_reader::started() const noexcept { return implementation_->started(); }

bool response_reader::complete() const noexcept { return implementation_->complete(); }

const response_head& response_reader::head() const noexcept { return implementation_->head(); }

std::uint64_t response_reader::body_bytes() const noexcept { return implementation_->body_bytes(); }

std::string response_reader::place() const { return implementation_->place(); }

const std::string& response_reader::problem() const noexcept { return implementation_->problem(); }

}  // namespace jobaudit::protocol
