// A response reads the same in one piece and in many, and with a reader that has read others; where Beast reads it too,
// both find the same.
#include "protocol/response_reader.hpp"

#include "fuzz/beast_reading.hpp"
#include "fuzz/chosen_input.hpp"
#include "fuzz/require.hpp"
#include "fuzz/targets.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

namespace jobaudit::fuzz {
namespace {

using protocol::response_head;
using protocol::response_reader;

constexpr std::size_t most_responses = 8;

auto values_of(const response_head& head)
{
    return std::tie(head.status, head.keep_alive, head.reason, head.content_type, head.retry_after, head.limit_hints,
                    head.date, head.location);
}

struct reading {
    std::optional<response_head> head;
    std::string body;
    std::uint64_t body_bytes = 0;  // 0 after an error: how far the reader got depends on what it was shown
    bool complete = false;
    std::size_t size = 0;  // of a complete one
    error_code error;
    std::string problem;
};

bool operator==(const reading& a, const reading& b)
{
    const bool same_head =
        a.head.has_value() == b.head.has_value() && (!a.head || values_of(*a.head) == values_of(*b.head));
    return same_head && a.body == b.body && a.body_bytes == b.body_bytes && a.complete == b.complete &&
           a.size == b.size && a.error == b.error && a.problem == b.problem;
}

class recording_consumer final : public protocol::response_consumer {
public:
    explicit recording_consumer(reading& into) : into_{&into} {}

    void on_head(const response_head& head) override
    {
        require(!into_->head, "a response has one head");
        for (const auto* field : {&head.reason, &head.content_type, &head.date, &head.location})
            require(field->find_first_of(std::string_view{"\r\n\0", 3}) == std::string::npos,
                    "a field's value is one line");
        into_->head = head;
    }

    error_code on_body(std::string_view bytes) override
    {
        require(into_->head.has_value(), "the head comes before the body");
        require(!bytes.empty(), "a piece of a body is not empty");
        into_->body += bytes;
        return {};
    }

private:
    reading* into_;
};

/// The responses of one connection, read as they come; the reader begins with the next when one is complete.
class conversation {
public:
    conversation(response_reader& reader, response_reader::limits bounds) : reader_{reader}, bounds_{bounds}
    {
        begin();
    }
    conversation(const conversation&) = delete;
    conversation& operator=(const conversation&) = delete;

    void receive(std::string_view piece)
    {
        unread_ += piece;
        while (!ended_ && !unread_.empty()) {
            auto& current = readings_.back();
            const own_bytes shown{unread_};
            const auto [consumed, error] = reader_.put(shown.view());
            require(consumed <= unread_.size(), "no more is consumed than was shown");
            unread_.erase(0, consumed);
            size_ += consumed;
            current.error = error;
            if (!error && !reader_.complete() && consumed != 0)
                continue;
            if (!error && !reader_.complete()) {
                require(unread_.size() < std::max(bounds_.head, bounds_.chunk_line + 2), "what is left over has room");
                return;
            }
            finish();
        }
    }

    void close()
    {
        if (ended_)
            return;
        readings_.back().error = reader_.end_of_stream();
        finish();
        ended_ = true;
    }

    [[nodiscard]] const std::vector<reading>& readings() const noexcept { return readings_; }

private:
    void begin()
    {
        size_ = 0;
        consumer_.emplace(readings_.emplace_back());
        reader_.begin(*consumer_);
    }

    void finish()
    {
        auto& last = readings_.back();
        last.complete = reader_.complete();
        last.size = last.complete ? size_ : 0;
        last.body_bytes = last.error ? 0 : reader_.body_bytes();
        last.problem = reader_.problem();
        require(!(last.complete && last.error), "a response is complete or failed");
        require(last.error.failed() == !last.problem.empty(), "an error, and nothing else, has a problem");
        require(last.body.size() <= bounds_.body, "a body is within its limit");
        require(reader_.put("HTTP").consumed == 0, "nothing is taken behind the end");
        require(reader_.put("HTTP").error == last.error, "an error stays");
        ended_ = !last.complete || !last.head->keep_alive || readings_.size() == most_responses;
        if (!ended_)
            begin();
    }

    response_reader& reader_;
    response_reader::limits bounds_;
    std::vector<reading> readings_;
    std::optional<recording_consumer> consumer_;
    std::string unread_;
    std::size_t size_ = 0;
    bool ended_ = false;
};

response_reader::limits limits_of(const chosen_input& input)
{
    return {input.chooses(1) ? 256U : 64 * 1024U, input.chooses(2) ? 64U : 1024 * 1024U, input.chooses(3) ? 8U : 4096U};
}

std::vector<reading> read(response_reader& reader, const pieces& sent, const chosen_input& input)
{
    conversation result{reader, limits_of(input)};
    for (const auto piece : sent)
        result.receive(piece);
    if (input.chooses(0))
        result.close();
    return result.readings();
}

// What the response before left behind in the reader must not matter.
void check_each_alone(const std::vector<reading>& all, const chosen_input& input)
{
    auto text = input.text();
    for (const auto& expected : all) {
        response_reader fresh{limits_of(input)};
        require(read(fresh, {text}, input).front() == expected, "a reader that has read others reads as a fresh one");
        text.remove_prefix(expected.size);
    }
}

// The same once more with one byte changed: of the second head the reader knows the first.
std::string twice(std::string_view bytes, const chosen_input& input)
{
    std::string result{bytes};
    const auto text = input.text();
    const auto changed = text.size() * input.number() / 256;
    for (std::size_t i = 0; i < text.size(); ++i)
        result += i == changed ? static_cast<char>(text[i] ^ (input.chooses(7) ? 0x20 : 1)) : text[i];
    return result;
}

void check_against_beast(const reading& first, const chosen_input& input)
{
    if (!first.complete)
        return;
    const auto other = read_with_beast(input.text(), input.chooses(0));
    if (!other || other->is_coded)
        return;
    require(other->status == first.head->status, "Beast finds the same status");
    require(other->body == first.body, "Beast finds the same body");
}

void check(const chosen_input& input)
{
    response_reader reader{limits_of(input)};
    const auto whole = read(reader, {input.text()}, input);
    check_each_alone(whole, input);
    require(read(reader, {input.text()}, input) == whole, "a reader reads the same again");
    for (const auto& split : input.splits())
        require(read(reader, split, input) == whole, "pieces give the same as the whole");
    check_against_beast(whole.front(), input);
}

}  // namespace

int fuzz_response_reader(std::string_view bytes)
{
    const chosen_input input{bytes};
    check(input);
    if (input.chooses(6))
        check(chosen_input{twice(bytes, input)});
    return 0;
}

}  // namespace jobaudit::fuzz
