#include "protocol/gzip_decoder.hpp"

#include "protocol/every_split.hpp"
#include "protocol/gzip_text.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <vector>

namespace protocol = jobaudit::protocol;
using jobaudit::errc;
using protocol::gzip_decoder;
using protocol::gzip_text;

namespace {

struct decoding {
    std::string text;
    bool broken = false;
    bool may_end = false;

    friend bool operator==(const decoding&, const decoding&) = default;
};

/// Decodes the pieces as they come, until one is broken.
decoding decode(gzip_decoder& decoder, const protocol::pieces& encoded)
{
    decoder.begin();
    decoding result;
    for (const auto part : encoded) {
        const std::string shown{part};
        std::string_view rest = shown;
        gzip_decoder::piece piece;
        do {
            piece = decoder.next(rest);
            BOOST_TEST_REQUIRE(piece.decoded.size() <= gzip_decoder::piece_size);
            result.text += piece.decoded;
            if (piece.error) {
                BOOST_TEST((piece.error == errc::bad_content_coding));
                result.broken = true;
                return result;
            }
        } while (!piece.decoded.empty());
        BOOST_TEST(rest.empty());
    }
    result.may_end = decoder.at_member_end();
    return result;
}

decoding decode_at_every_split(const std::string& encoded)
{
    gzip_decoder decoder;
    const auto whole = decode(decoder, {encoded});
    protocol::for_each_split(encoded, [&](const protocol::pieces& split) {
        BOOST_TEST((decode(decoder, split) == whole), "in " << split.size() << " pieces something else comes");
    });
    return whole;
}

std::string numbers(std::size_t size)
{
    std::string text;
    for (unsigned i = 0; text.size() < size; ++i)
        text += std::to_string(i * 2654435761u) + ' ';
    text.resize(size);
    return text;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(gzip_streams)

BOOST_AUTO_TEST_CASE(are_decoded_whatever_their_size)
{
    for (const std::size_t size : {0u, 1u, 100u, 5000u}) {
        const auto text = numbers(size);
        BOOST_TEST((decode_at_every_split(gzip_text(text)) == decoding{text, false, true}), size);
    }
}

BOOST_AUTO_TEST_CASE(are_decoded_beyond_the_size_of_a_piece)
{
    gzip_decoder decoder;
    for (const std::size_t size : {gzip_decoder::piece_size - 1, gzip_decoder::piece_size, gzip_decoder::piece_size + 1,
                                   4 * gzip_decoder::piece_size, 1'000'000ul}) {
        for (const auto& text : {numbers(size), std::string(size, 'x')})
            BOOST_TEST((decode(decoder, {gzip_text(text)}) == decoding{text, false, true}), size);
    }
}

BOOST_AUTO_TEST_CASE(may_have_several_members)
{
    const auto encoded = gzip_text("one, ") + gzip_text("") + gzip_text("two, ") + gzip_text("three");

    BOOST_TEST((decode_at_every_split(encoded) == decoding{"one, two, three", false, true}));
}

BOOST_AUTO_TEST_CASE(may_carry_a_name_and_a_comment)
{
    const auto plain = gzip_text("hello");
    // FLG: FEXTRA, FNAME and FCOMMENT (RFC 1952 §2.3).
    const std::string encoded = plain.substr(0, 3) + '\x1c' + plain.substr(4, 6) + std::string{"\x02\0ab", 4} +
                                std::string{"name\0", 5} + std::string{"comment\0", 8} + plain.substr(10);

    BOOST_TEST((decode_at_every_split(encoded) == decoding{"hello", false, true}));
}

BOOST_AUTO_TEST_CASE(may_end_only_between_members)
{
    const auto first = gzip_text("hello");
    const auto encoded = first + gzip_text("again");
    gzip_decoder decoder;
    for (std::size_t size = 0; size <= encoded.size(); ++size) {
        const auto result = decode(decoder, {std::string_view{encoded}.substr(0, size)});
        BOOST_TEST_CONTEXT(size << " bytes")
        BOOST_TEST(result.may_end == (size == 0 || size == first.size() || size == encoded.size()));
        BOOST_TEST(!result.broken);
    }
}

BOOST_AUTO_TEST_CASE(give_what_was_sound_before_they_broke)
{
    for (const std::string garbage : {"x", "garbage", "\x1f", "\x1f\x8c"}) {
        const auto result = decode_at_every_split(gzip_text("hello") + garbage + "more");
        BOOST_TEST(result.broken);
        BOOST_TEST(result.text == "hello");
    }
}

BOOST_AUTO_TEST_CASE(are_refused_in_other_formats)
{
    BOOST_TEST(decode_at_every_split("hello, hello").broken);
    BOOST_TEST(decode_at_every_split(std::string{"\x78\x9c\x03\x00\x00\x00\x00\x01", 8}).broken);
    BOOST_TEST(decode_at_every_split(std::string{"\x1f\x8b\x07\0\0\0\0\0\0\x03", 10}).broken);
}

BOOST_AUTO_TEST_CASE(are_refused_when_their_sum_or_size_is_wrong)
{
    const auto sound = gzip_text("hello");
    for (std::size_t from_end = 1; from_end <= 8; ++from_end) {
        auto encoded = sound;
        encoded[encoded.size() - from_end] = static_cast<char>(encoded[encoded.size() - from_end] ^ 0x20);
        BOOST_TEST((decode_at_every_split(encoded) == decoding{"hello", true, false}), from_end);
    }
}

BOOST_AUTO_TEST_CASE(that_broke_leave_no_mark_on_the_next)
{
    gzip_decoder decoder;
    const auto encoded = gzip_text("hello");
    for (const std::string_view before : {std::string_view{"garbage"}, std::string_view{encoded}.substr(0, 12)}) {
        (void)decode(decoder, {before});
        BOOST_TEST((decode(decoder, {encoded}) == decoding{"hello", false, true}));
    }
}

BOOST_AUTO_TEST_CASE(go_on_in_a_decoder_that_was_moved)
{
    const auto encoded = gzip_text("hello");
    gzip_decoder first;
    first.begin();
    std::string_view half = std::string_view{encoded}.substr(0, 12);
    std::string text{first.next(half).decoded};

    gzip_decoder second = std::move(first);
    std::string_view rest = std::string_view{encoded}.substr(12);
    text += second.next(rest).decoded;

    BOOST_TEST(text == "hello");
    BOOST_TEST(second.at_member_end());
}

BOOST_AUTO_TEST_SUITE_END()
