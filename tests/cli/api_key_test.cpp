#include "cli/options/api_key.hpp"

#include "cli/ordinary_user.hpp"
#include "scratch_folder.hpp"

#include <sys/stat.h>

namespace {

using namespace jobaudit::cli;
using namespace jobaudit::test;

const std::string longest_key(4096, 'k');

// A key that is right.
std::string key_of(const result<api_key>& read)
{
    BOOST_REQUIRE(read.has_value());
    return read->text;
}

// What is wrong with a key; empty for one that is right.
std::string problem_of(const result<api_key>& read) { return read ? std::string{} : read.error().message; }

}  // namespace

BOOST_AUTO_TEST_SUITE(api_keys)

BOOST_AUTO_TEST_CASE(come_from_the_environment_where_no_file_is_named)
{
    BOOST_TEST(key_of(read_api_key("", "the-key")) == "the-key");
    BOOST_TEST(key_of(read_api_key("", longest_key.c_str())) == longest_key);
}

BOOST_AUTO_TEST_CASE(come_from_the_file_before_the_environment)
{
    const scratch_folder folder;
    BOOST_TEST(key_of(read_api_key(folder.write("key", "from-the-file"), "from-the-environment")) == "from-the-file");
}

BOOST_AUTO_TEST_CASE(end_before_line_breaks_and_may_stand_as_they_were_copied)
{
    const scratch_folder folder;
    struct {
        std::string content;
        std::string key;
    } const cases[] = {
        {"the-key", "the-key"},
        {"the-key\n", "the-key"},
        {"the-key\r\n", "the-key"},
        {"the-key\n\n", "the-key"},
        {"a key of two words\n", "a key of two words"},
        {"!~\n", "!~"},
        {longest_key, longest_key},
        {longest_key + "\n", longest_key},
        {longest_key + "\r\n", longest_key},
        {"Bearer the-key", "the-key"},
        {"UNSTRUCTURED_API_KEY=the-key # of production\n", "the-key"},
        {"UNSTRUCTURED_API_KEY='the#key' # of production\n", "the#key"},
        {"UNSTRUCTURED_API_KEY=\"the # key\"\n", "the # key"},
        {"UNSTRUCTURED_API_KEY=the-key#1\n", "the-key#1"},
        {"set UNSTRUCTURED_API_KEY=the-key\r\n", "the-key"},
        {"bearer  the-key", "the-key"},
        {"Authorization: Bearer the-key\n", "the-key"},
        {"unstructured-api-key: the-key\n", "the-key"},
        {"\"the-key\"\n", "the-key"},
        {"'the-key'", "the-key"},
        {"'Bearer the-key'", "the-key"},
        {"UNSTRUCTURED_API_KEY=the-key\n", "the-key"},
        {"export API_KEY=\"the-key\"", "the-key"},
        {"UNSTRUCTURED_API_KEY = 'the-key'\n", "the-key"},
        {"API_KEY_2=the-key", "API_KEY_2=the-key"},
        {"KEY=", "KEY="},
        {"WORD=the-key", "WORD=the-key"},
        {"KEYS=the-key", "KEYS=the-key"},
        {"\"the-key", "\"the-key"},
    };
    for (const auto& each : cases) {
        BOOST_TEST(key_of(read_api_key(folder.write("key", each.content), nullptr)) == each.key);
        BOOST_TEST(key_of(read_api_key("", each.content.c_str())) == each.key);
    }
}

BOOST_AUTO_TEST_CASE(are_found_among_the_lines_of_an_environment_file)
{
    const scratch_folder folder;
    for (const auto* content : {
             "# of the platform\nUNSTRUCTURED_API_URL=https://host.example\nUNSTRUCTURED_API_KEY=the-key\n",
             "OTHER_API_KEY=another\r\nexport UNSTRUCTURED_API_KEY=\"the-key\"\r\n\r\n",
             "\nUNSTRUCTURED_API_KEY=the-key\n#OTHER_API_KEY=another",
             "UNSTRUCTURED_API_KEY=of-last-year\nUNSTRUCTURED_API_KEY=the-key\n",
         })
        BOOST_TEST(key_of(read_api_key(folder.write(".env", content), nullptr)) == "the-key");
    BOOST_TEST(
        key_of(read_api_key(folder.write(".env", "X=" + std::string(20'000, 'x') + "\nUNSTRUCTURED_API_KEY=the-key\n"),
                            nullptr)) == "the-key");
    for (const auto* content : {"A_KEY=one\nB_KEY=two\n", "#UNSTRUCTURED_API_KEY=the-key\nX=1\n"})
        BOOST_TEST(contains(problem_of(read_api_key(folder.write(".env", content), nullptr)), "a line break inside"));
}

BOOST_AUTO_TEST_CASE(that_are_none_are_refused_with_the_place_and_without_the_text)
{
    struct {
        std::string key;
        const char* said;
    } const cases[] = {
        {"", "is empty: put your API key there"},
        {"  \t", "is empty: put your API key there"},
        {"UNSTRUCTURED_API_KEY=", "is empty: put your API key there"},
        {"Bearer", "is empty: put your API key there"},
        {" secret", "has blanks around the key: remove them"},
        {"secret\t", "has blanks around the key: remove them"},
        {"sec\nret", "holds a line break inside the key: put the key there alone, on one line"},
        {"sec\rret", "holds a line break inside the key: put the key there alone, on one line"},
        {"secret\n\nsecret", "holds a line break inside the key: put the key there alone, on one line"},
        {"sec\tret", "holds a character that no key has (only printable ASCII is possible): is it the right one?"},
        {"secr\xc3\xa9t", "holds a character that no key has (only printable ASCII is possible): is it the right one?"},
        {"\xef\xbb\xbfsecret",
         "holds a character that no key has (only printable ASCII is possible): is it the right one?"},
        {"\x7fsecret", "holds a character that no key has (only printable ASCII is possible): is it the right one?"},
        {longest_key + "k", "is longer than 4096 characters: that is no API key"},
        {std::string(1'000'000, 'k'), "is longer than 4096 characters: that is no API key"},
    };
    const scratch_folder folder;
    for (const auto& each : cases) {
        BOOST_TEST(problem_of(read_api_key("", each.key.c_str())) ==
                   std::string{"the environment variable UNSTRUCTURED_API_KEY "} + each.said);
        const auto file = folder.write("key", each.key);
        BOOST_TEST(problem_of(read_api_key(file, "right")) == "the key's file \"" + file + "\" " + each.said);
    }
}

BOOST_AUTO_TEST_CASE(of_a_file_may_hold_no_nul)
{
    const scratch_folder folder;
    const auto file = folder.write("key", std::string_view{"sec\0ret", 7});
    BOOST_TEST(contains(problem_of(read_api_key(file, nullptr)), "holds a character that no key has"));
}

BOOST_AUTO_TEST_CASE(that_are_missing_are_asked_for)
{
    BOOST_TEST(problem_of(read_api_key("", nullptr)) ==
               "no API key: set UNSTRUCTURED_API_KEY, or name a file that holds it with --api-key-file");
}

BOOST_AUTO_TEST_CASE(in_files_that_can_not_be_read_are_refused_with_the_reason)
{
    const scratch_folder folder;
    const auto missing = folder.path("missing");
    BOOST_TEST(problem_of(read_api_key(missing, "right")) ==
               "the key's file \"" + missing + "\" cannot be opened: No such file or directory");
    BOOST_TEST(problem_of(read_api_key(folder.path(""), "right")) ==
               "the key's file \"" + folder.path("") + "\" cannot be read: Is a directory");

    BOOST_TEST(problem_of(read_api_key("0123456789abcdefghijklmnopqrstuvwxyz", "right")) ==
               "the key's file, the name of which looks like a key, cannot be opened: No such file or directory");

    const auto forbidden = folder.write("forbidden", "secret");
    BOOST_REQUIRE(::chmod(folder.path("").c_str(), 0755) == 0 && ::chmod(forbidden.c_str(), 0) == 0);
    BOOST_TEST(as_ordinary_user([&] { return problem_of(read_api_key(forbidden, "right")); }) ==
               "the key's file \"" + forbidden + "\" cannot be opened: Permission denied");
}

BOOST_AUTO_TEST_SUITE_END()
