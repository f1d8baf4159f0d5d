// A gzip body decodes the same in one piece and in many, as zlib alone decodes it; what was encoded here comes back
// whole, and never as something else when a bit of it is flipped. Bit 0 of the choice: the text is to be encoded here.
#include "fuzz/chosen_input.hpp"
#include "fuzz/gzip_reference.hpp"
#include "fuzz/require.hpp"
#include "fuzz/targets.hpp"
#include "protocol/body_decoder.hpp"
#include "protocol/response_reader.hpp"

#include <string>

namespace jobaudit::fuzz {
namespace {

constexpr std::uint64_t limit = 256 * 1024;

class recording_consumer final : public protocol::response_consumer {
public:
    void on_head(const protocol::response_head&) override {}

    error_code on_body(std::string_view bytes) override
    {
        require(!bytes.empty(), "a piece of a body is not empty");
        body += bytes;
        return {};
    }

    std::string body;
};

struct reading {
    std::string body;
    bool may_end = false;
    error_code error;
    std::string problem;

    friend bool operator==(const reading&, const reading&) = default;
};

reading read(protocol::body_decoder& decoder, const pieces& encoded)
{
    recording_consumer consumer;
    decoder.begin(consumer, protocol::content_coding::gzip);
    reading result;
    for (const auto piece : encoded) {
        const own_bytes shown{piece};
        result.error = decoder.write(shown.view());
        if (result.error)
            break;
    }
    result.may_end = !result.error && decoder.may_end();
    result.body = consumer.body;
    result.problem = decoder.problem();
    require(result.error.failed() == !result.problem.empty(), "an error, and nothing else, has a problem");
    require(result.body.size() <= limit, "a decoded body is within its limit");
    return result;
}

void check_stream(const chosen_input& input)
{
    protocol::body_decoder decoder{limit};
    const auto whole = read(decoder, {input.text()});
    for (const auto& split : input.splits())
        require(read(decoder, split) == whole, "pieces give the same as the whole");
    if (whole.error == errc::body_too_large)
        return;
    const auto expected = decoded(input.text());
    require(whole.body == expected.text, "zlib alone decodes the same");
    require(whole.error.failed() == expected.broken, "zlib alone finds the same streams broken");
    require(whole.may_end == expected.whole, "zlib alone finds the same end");
}

void check_encoded(const chosen_input& input)
{
    const auto text = input.text();
    const auto middle = text.size() / 3;
    auto stream =
        encoded(text.substr(0, middle), 9) + encoded(text.substr(middle), static_cast<int>(input.number() % 10));
    protocol::body_decoder decoder{limit};
    const auto whole = read(decoder, {stream});
    require(!whole.error && whole.may_end && whole.body == text, "what was encoded is decoded");

    const auto at = stream.size() * input.number() / 256;
    stream[at] = static_cast<char>(stream[at] ^ (input.chooses(1) ? 1 : 64));
    const std::string_view view = stream;
    const auto flipped = read(decoder, {view.substr(0, at), view.substr(at)});
    require(flipped.error || !flipped.may_end || flipped.body == text, "a flipped bit gives no other body");
}

}  // namespace

int fuzz_gzip_body(std::string_view bytes)
{
    const chosen_input input{bytes};
    if (input.chooses(0))
        check_encoded(input);
    else
        check_stream(input);
    return 0;
}

}  // namespace jobaudit::fuzz
