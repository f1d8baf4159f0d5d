#include "protocol/failed_files_reader.hpp"

#include "protocol/failed_files_reading.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <boost/json/value_to.hpp>
#include <boost/test/unit_test.hpp>

#include <map>
#include <random>
#include <regex>
#include <string>
#include <vector>

namespace protocol = jobaudit::protocol;
namespace json = boost::json;
using jobaudit::errc;
using jobaudit::error_code;
using jobaudit::failed_file;
using protocol::body_of_two;
using protocol::failed_files_reader;
using protocol::gives;
using protocol::read_files_at_every_split;
using protocol::two;

namespace {

std::string body_with(const std::string& record)
{
    return R"({"failed_files":[{"document":"d","error":"e"},)" + record + "]}";
}

std::string nested(std::size_t levels) { return std::string(levels, '[') + std::string(levels, ']'); }

struct refusal {
    std::string body, problem;
};

void check_refused(const std::vector<refusal>& rows)
{
    for (const auto& row : rows) {
        BOOST_TEST_CONTEXT(row.body)
        {
            const auto result = read_files_at_every_split(row.body);
            BOOST_TEST((result.error == errc::malformed_body));
            BOOST_TEST(result.problem == row.problem);
        }
    }
}

/// Of each escape of half a surrogate pair, that of the replacement character: the text as a whole, unlike the reader.
std::string with_whole_pairs(const std::string& text)
{
    static const std::regex escape{
        R"(\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[dD][89a-fA-F][0-9a-fA-F]{2}|\\.)"};
    std::string result;
    auto rest = text.cbegin();
    for (std::sregex_iterator each{text.begin(), text.end(), escape}, end; each != end; ++each) {
        result.append(rest, (*each)[0].first);
        result += each->length() == 6 ? R"(\ufffd)" : each->str();
        rest = (*each)[0].second;
    }
    return result.append(rest, text.cend());
}

}  // namespace

BOOST_AUTO_TEST_SUITE(failed_files_bodies)

BOOST_AUTO_TEST_CASE(give_their_records_in_order)
{
    BOOST_TEST(gives(read_files_at_every_split(body_of_two), two));
    BOOST_TEST(gives(read_files_at_every_split(R"({"failed_files":[]})"), {}));
    BOOST_TEST(gives(read_files_at_every_split(R"({"failed_files":[{"document":"","error":""}]})"), {{"", ""}}));
}

BOOST_AUTO_TEST_CASE(may_have_their_fields_in_any_order_and_blanks_anywhere)
{
    const std::string body =
        "\r\n\t {\t\"failed_files\" :\n[ { \"error\" : \"broken\" , \"document\":\"a.pdf\" } ,{\"error\":"
        "\"no rights\",\"document\":\"b.doc\"}\n]\r}\r\n \t";

    BOOST_TEST(gives(read_files_at_every_split(body), two));
    BOOST_TEST(gives(read_files_at_every_split(body_of_two + " \r\n"), two));
    BOOST_TEST(gives(read_files_at_every_split(R"({"failed_files": []} )"), {}));
}

BOOST_AUTO_TEST_CASE(may_hold_unknown_fields_of_all_kinds_at_any_depth)
{
    const std::string unknown =
        R"("n":-12.5e-3,"t":true,"f":false,"z":null,"s":"x\n","a":[1,[2,{"document":3}],"y"],"o":{"error":{"error":[]}},"":0)";
    const std::string body = "{" + unknown + R"(,"failed_files":[{)" + unknown + R"(,"document":"a.pdf",)" + unknown +
                             R"(,"error":"broken",)" + unknown + R"(},{"document":"b.doc","error":"no rights"}],)" +
                             unknown + "}";

    BOOST_TEST(gives(read_files_at_every_split(body), two));
}

BOOST_AUTO_TEST_CASE(know_their_fields_by_their_place)
{
    const std::string decoy = R"({"failed_files":[{"document":"x","error":"y"}],"document":1,"error":null})";
    const std::string body = R"({"other":)" + decoy + R"(,"document":"x","error":7,"failed_files":[{"failed_files":)" +
                             decoy + R"(,"document":"a.pdf","error":"broken"},{"document":"b.doc","x":[)" + decoy +
                             R"(],"error":"no rights"}],"list":[)" + decoy + "]}";

    BOOST_TEST(gives(read_files_at_every_split(body), two));
}

BOOST_AUTO_TEST_CASE(tell_similar_names_apart)
{
    const std::string body =
        R"({"failed_file":1,"failed_filesx":2,"failed_files_and_more_of_it":3,"Failed_Files":4,"failed_files ":5,)"
        R"("failed_files\u0000":6,"failed_files":[{"documents":1,"errors":2,"documen":3,"Error":4,"document":"a.pdf",)"
        R"("error":"broken"},{"document":"b.doc","error":"no rights"}]})";

    BOOST_TEST(gives(read_files_at_every_split(body), two));
}

BOOST_AUTO_TEST_CASE(may_have_escapes_in_their_names)
{
    const std::string body =
        R"({"failed\u005Ffiles":[{"d\u006fcument":"a.pdf","\u0065\u0072\u0072\u006F\u0072":"broken"},)"
        R"({"document":"b.doc","error":"no rights"}]})";

    BOOST_TEST(gives(read_files_at_every_split(body), two));
}

BOOST_AUTO_TEST_CASE(may_have_escapes_and_all_scripts_in_their_strings)
{
    const std::string body =
        R"({"failed_files":[{"document":"\"\\\/\b\f\n\r\tx\u0041\u00e4\u4e2d\ud83d\ude00","error":")"
        "\xc3\xa4\xe4\xb8\xad\xf0\x9f\x98\x80\x7f"
        R"("},{"document":"\u0000","error":"x\\"}]})";

    const std::vector<failed_file> expected{
        {"\"\\/\b\f\n\r\tx"
         "A\xc3\xa4\xe4\xb8\xad\xf0\x9f\x98\x80",
         "\xc3\xa4\xe4\xb8\xad\xf0\x9f\x98\x80\x7f"},
        {std::string(1, '\0'), "x\\"},
    };
    BOOST_TEST(gives(read_files_at_every_split(body), expected));
}

BOOST_AUTO_TEST_CASE(keeps_what_stands_around_a_character_that_is_cut)
{
    const std::string body = "{\"\xc3\x9c\":\"\xc3\x9c\",\"failed_files\":[{\"\xc3\x9c\":\"\xc3\x9c\", "
                             "\"document\" : \"\xc3\x9c"
                             "bersicht.pdf\" , \"error\":\"\xe4\xb8\xad\xf0\x9f\x98\x80\"}]}";

    BOOST_TEST(gives(read_files_at_every_split(body), {{"\xc3\x9c"
                                                        "bersicht.pdf",
                                                        "\xe4\xb8\xad\xf0\x9f\x98\x80"}}));
}

BOOST_AUTO_TEST_CASE(counts_a_character_that_is_cut_towards_the_limit_of_a_string)
{
    const std::string body = "{\"failed_files\":[{\"document\":\"\xc3\x9c\xc3\x9c\xc3\x9c\xc3\x9c\xc3\x9c\xc3\x9c"
                             "x\",\"error\":\"\"}]}";

    BOOST_TEST(!read_files_at_every_split(body, {.string = 13}).error);
    BOOST_TEST(read_files_at_every_split(body, {.string = 12}).problem == "a string is longer than 12 bytes");
}

BOOST_AUTO_TEST_CASE(may_hold_numbers_beyond_every_type_in_unknown_fields)
{
    for (const std::string number : {"18446744073709551616", "-9223372036854775809", "1e999", "0.1e-999", "-0",
                                     "123456789012345678901234567890.5"})
        BOOST_TEST(!read_files_at_every_split(R"({"n":)" + number + R"(,"failed_files":[]})").error, number);
}

BOOST_AUTO_TEST_CASE(are_refused_when_they_are_not_one_whole_json_object)
{
    const std::string ill_formed = "the JSON is not well-formed";
    const std::string incomplete = "the JSON ends before its object is complete";
    const std::string no_object = "the body is not a JSON object";
    const std::string more = "more stands behind the JSON object";
    check_refused({
        {"", "the body is empty"},
        {" \r\n", incomplete},
        {"[]", no_object},
        {R"([{"document":"d","error":"e"}])", no_object},
        {R"("failed_files")", no_object},
        {"null", no_object},
        {"true", no_object},
        {"12", no_object},
        {"-1.5e3", no_object},
        {"12 ", no_object},
        {"<html>", ill_formed},
        {"no healthy upstream", ill_formed},
        {"\xef\xbb\xbf" + body_of_two, ill_formed},
        {R"({"failed_files":[],})", ill_formed},
        {R"({"failed_files":[{"document":"d","error":"e"},]})", ill_formed},
        {R"({'failed_files':[]})", ill_formed},
        {R"({failed_files:[]})", ill_formed},
        {R"({"failed_files":[]/**/})", ill_formed},
        {R"({"x":01,"failed_files":[]})", ill_formed},
        {R"({"x":+1,"failed_files":[]})", ill_formed},
        {R"({"x":.5,"failed_files":[]})", ill_formed},
        {R"({"x":NaN,"failed_files":[]})", ill_formed},
        {R"({"x":nul,"failed_files":[]})", ill_formed},
        {R"({"x" "y","failed_files":[]})", ill_formed},
        {body_of_two + "}", more},
        {body_of_two + body_of_two, more},
        {body_of_two + "\n x", more},
        {body_of_two + std::string(1, '\0'), more},
    });
}

BOOST_AUTO_TEST_CASE(are_refused_wherever_they_are_cut)
{
    failed_files_reader reader;
    for (std::size_t size = 0; size < body_of_two.size(); ++size) {
        const auto result = protocol::read_files(reader, {std::string_view{body_of_two}.substr(0, size)});
        BOOST_TEST((result.error == errc::malformed_body));
        BOOST_TEST(result.records.size() <= 2u);
    }
}

BOOST_AUTO_TEST_CASE(are_refused_when_the_list_is_missing_or_of_another_kind)
{
    check_refused({
        {"{}", "'failed_files' is missing"},
        {R"({"detail":"Job not found"})", "'failed_files' is missing"},
        {R"({"x":{"failed_files":[]}})", "'failed_files' is missing"},
        {R"({"failed_files":null})", "'failed_files' is not an array"},
        {R"({"failed_files":{}})", "'failed_files' is not an array"},
        {R"({"failed_files":"[]"})", "'failed_files' is not an array"},
        {R"({"failed_files":""})", "'failed_files' is not an array"},
        {R"({"failed_files":"\n"})", "'failed_files' is not an array"},
        {R"({"failed_files":0})", "'failed_files' is not an array"},
        {R"({"failed_files":-1.5})", "'failed_files' is not an array"},
        {R"({"failed_files":false})", "'failed_files' is not an array"},
        {R"({"failed_files":[],"failed_files":[]})", "'failed_files' stands twice"},
        {R"({"failed_files":[],"failed\u005ffiles":[]})", "'failed_files' stands twice"},
    });
}

BOOST_AUTO_TEST_CASE(are_refused_when_a_record_is_not_as_promised)
{
    check_refused({
        {body_with("null"), "record 2 is not an object"},
        {body_with("[]"), "record 2 is not an object"},
        {body_with(R"("x")"), "record 2 is not an object"},
        {body_with("1"), "record 2 is not an object"},
        {body_with("true"), "record 2 is not an object"},
        {body_with("{}"), "record 2: 'document' is missing"},
        {body_with(R"({"error":"e"})"), "record 2: 'document' is missing"},
        {body_with(R"({"document":"d"})"), "record 2: 'error' is missing"},
        {body_with(R"({"document":"d","x":{"error":"e"}})"), "record 2: 'error' is missing"},
        {body_with(R"({"document":null,"error":"e"})"), "record 2: 'document' is not a string"},
        {body_with(R"({"document":["d"],"error":"e"})"), "record 2: 'document' is not a string"},
        {body_with(R"({"document":{"document":"d"},"error":"e"})"), "record 2: 'document' is not a string"},
        {body_with(R"({"document":"d","error":12})"), "record 2: 'error' is not a string"},
        {body_with(R"({"document":"d","error":-1.5})"), "record 2: 'error' is not a string"},
        {body_with(R"({"document":"d","error":false})"), "record 2: 'error' is not a string"},
        {body_with(R"({"document":"d","document":"d","error":"e"})"), "record 2: 'document' stands twice"},
        {body_with(R"({"error":"e","document":"d","\u0065rror":"e"})"), "record 2: 'error' stands twice"},
        {R"({"failed_files":[7]})", "record 1 is not an object"},
    });
}

BOOST_AUTO_TEST_CASE(give_the_complete_records_before_a_fault)
{
    const auto result =
        read_files_at_every_split(body_of_two.substr(0, body_of_two.size() - 2) + R"(,{"document":1}]})");

    BOOST_TEST((result.error == errc::malformed_body));
    BOOST_TEST((result.records == two));
}

BOOST_AUTO_TEST_CASE(have_a_replacement_character_for_half_a_surrogate_pair)
{
    const std::string half = "\xef\xbf\xbd";
    const std::map<std::string, std::string> texts{
        {R"(\ud83d)", half},
        {R"(\uD83Dx)", half + "x"},
        {R"(x\ud83d\n)", "x" + half + "\n"},
        {R"(\ud83d\ud83d)", half + half},
        {R"(\ud83d\ud83d\ude00)", half + "\xf0\x9f\x98\x80"},
        {R"(\ude00y)", half + "y"},
        {R"(\ude00\ud83d)", half + half},
        {R"(\ud83d\u0041)", half + "A"},
        {R"(\ud83d\\ude00)", half + "\\ude00"},
        {R"(\\ud83d)", "\\ud83d"},
        {R"(\\\ud83d)", "\\" + half},
        {R"(\ud83d\")", half + "\""},
        {R"(\udc80\udcff.pdf)", half + half + ".pdf"},
    };
    for (const auto& [text, value] : texts) {
        const auto result = read_files_at_every_split(R"({"failed_files":[{"document":")" + text +
                                                      R"(","error":"e"},{"document":"b","error":"\u00fc"}]})");
        BOOST_TEST(!result.error, text);
        BOOST_TEST_REQUIRE(result.records.size() == 2U);
        BOOST_TEST(result.records[0].document == value, text);
        BOOST_TEST(result.records[1].error == "\xc3\xbc");
    }
}

BOOST_AUTO_TEST_CASE(are_refused_where_such_an_escape_is_none)
{
    for (const std::string text : {R"(\ud8)", R"(\ud8g0)", R"(\ud83d\u12)", R"(\ud83d\udz00)", R"(\udc)"})
        check_refused(
            {{R"({"failed_files":[{"document":")" + text + R"(","error":"e"}]})", "the JSON is not well-formed"}});
}

BOOST_AUTO_TEST_CASE(are_refused_with_bytes_that_are_not_utf_8)
{
    for (const std::string text : {"\x80", "\xff", "\xc3", "\xc0\xaf", "\xe4\xb8", "\xe0\x9f\xbf", "\xed\xa0\x80",
                                   "\xf0\x9f\x98", "\xf4\x90\x80\x80", "\xf8\x88\x80\x80\x80"}) {
        check_refused(
            {{R"({"failed_files":[{"document":"x)" + text + R"(y","error":"e"}]})", "the JSON is not well-formed"},
             {R"({"x)" + text + R"(":1,"failed_files":[]})", "the JSON is not well-formed"}});
    }
}

BOOST_AUTO_TEST_CASE(are_refused_with_control_characters_and_unknown_escapes_in_strings)
{
    for (const std::string& text :
         {std::string{"\n"}, std::string{"\t"}, std::string{"\x1f"}, std::string(1, '\0'), std::string{R"(\x41)"},
          std::string{R"(\u12)"}, std::string{R"(\u12g4)"}, std::string{R"(\')"}})
        check_refused(
            {{R"({"failed_files":[{"document":"x)" + text + R"(y","error":"e"}]})", "the JSON is not well-formed"}});
}

BOOST_AUTO_TEST_CASE(are_bounded_in_depth)
{
    const auto body = [](std::size_t levels) { return R"({"failed_files":[],"x":)" + nested(levels - 1) + "}"; };

    BOOST_TEST(!read_files_at_every_split(body(64)).error);
    check_refused({{body(65), "the JSON is nested deeper than 64 levels"}});
    BOOST_TEST(gives(read_files_at_every_split(body_of_two, {.depth = 3}), two));
    BOOST_TEST(read_files_at_every_split(body_of_two, {.depth = 2}).problem ==
               "the JSON is nested deeper than 2 levels");
}

BOOST_AUTO_TEST_CASE(are_bounded_in_each_string)
{
    const std::string limit(20, 'x');
    const auto read = [](const std::string& body) { return read_files_at_every_split(body, {.string = 20}); };
    const auto record = [](const std::string& document, const std::string& error) {
        return R"({"failed_files":[{"document":")" + document + R"(","error":")" + error + "\"}]}";
    };
    const std::string problem = "a string is longer than 20 bytes";

    BOOST_TEST(gives(read(record(limit, limit)), {{limit, limit}}));
    BOOST_TEST(gives(read(record(limit.substr(1) + "\\n", "")), {{limit.substr(1) + "\n", ""}}));
    for (const auto& body :
         {record(limit + "x", ""), record("", limit + "x"), record(limit + "\\n", ""),
          R"({")" + limit + R"(x":1,"failed_files":[]})", R"({"y":")" + limit + R"(x","failed_files":[]})"}) {
        BOOST_TEST((read(body).error == errc::malformed_body));
        BOOST_TEST(read(body).problem == problem);
    }
    BOOST_TEST(read_files_at_every_split(R"({"failed_files":[]})", {.string = 11}).problem ==
               "a string is longer than 11 bytes");
}

BOOST_AUTO_TEST_CASE(give_each_record_as_soon_as_it_is_complete)
{
    protocol::recording_records consumer;
    failed_files_reader reader;
    reader.begin(consumer);
    std::size_t complete = 0;
    int depth = 0;
    for (const char character : body_of_two) {
        BOOST_TEST(!protocol::write_and_spoil(reader, {&character, 1}));
        depth += character == '{' ? 1 : character == '}' ? -1 : 0;
        complete += character == '}' && depth == 1 ? 1 : 0;
        BOOST_TEST(consumer.records.size() == complete);
        BOOST_TEST(reader.records() == complete);
    }
    BOOST_TEST(complete == 2u);
    BOOST_TEST(!reader.finish());
}

BOOST_AUTO_TEST_CASE(keep_strings_of_any_length_whole_across_many_pieces)
{
    std::vector<failed_file> records;
    std::string body = R"({"failed_files":[)";
    for (std::size_t size : {0u, 1u, 63u, 64u, 1000u, 70'000u, 5u}) {
        records.push_back({std::string(size, 'd'), std::string(size / 2, 'e')});
        body += std::string{records.size() == 1 ? "" : ","} + R"({"document":")" + records.back().document +
                R"(","error":")" + records.back().error + "\"}";
    }
    body += "]}";

    failed_files_reader reader;
    for (const std::size_t size : {1u, 7u, 63u, 64u, 1000u, 16'384u, 100'000u, 200'000u})
        BOOST_TEST(gives(protocol::read_files(reader, protocol::cut_evenly(body, size)), records), size);
}

BOOST_AUTO_TEST_CASE(mean_the_same_as_to_a_parser_of_the_whole_whatever_their_bytes)
{
    const std::string of_any_form =
        R"({"x":[1,{"error":"\u00e4"}],"failed_files":[{"document":"a\n","error":"b"},{"error":"","document":"c\ud83d\ude00"}]})";
    const std::string alphabet = "{}[]\":,\\ufd83eax0129-.tn \n\x80\xc3\xa4";
    std::mt19937 random{11};
    failed_files_reader reader;
    for (int i = 0; i < 20'000; ++i) {
        std::string body = i % 2 == 0 ? of_any_form : body_of_two;
        for (auto changes = random() % 3 + 1; changes != 0; --changes) {
            const auto at = random() % body.size();
            const char character = alphabet[random() % alphabet.size()];
            switch (random() % 3) {
            case 0:
                body[at] = character;
                break;
            case 1:
                body.insert(at, 1, character);
                break;
            default:
                body.erase(at, 1);
            }
        }
        const auto whole = protocol::read_files(reader, {body});
        const auto split = protocol::read_files(reader, protocol::cut_at_random(body, 10, random));
        BOOST_TEST((whole.error == split.error && whole.records == split.records), body);

        error_code ill_formed;
        const auto parsed = json::parse(with_whole_pairs(body), ill_formed);
        if (ill_formed)
            BOOST_TEST(whole.error.failed(), body);
        if (whole.error)
            continue;
        std::vector<failed_file> expected;
        for (const auto& record : parsed.at("failed_files").as_array())
            expected.push_back(
                {json::value_to<std::string>(record.at("document")), json::value_to<std::string>(record.at("error"))});
        BOOST_TEST((whole.records == expected), body);
    }
}

BOOST_AUTO_TEST_SUITE_END()
