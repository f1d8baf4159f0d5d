#include "cli/audit/resume_command.hpp"

#include <boost/test/unit_test.hpp>

#include <cstdio>
#include <memory>
#include <vector>

namespace {

using namespace jobaudit::cli;

struct closes_pipe {
    void operator()(std::FILE* pipe) const noexcept { (void)::pclose(pipe); }
};

// What a shell makes of the words of a command, each followed by a NUL.
std::string words_for_a_shell(const std::string& command)
{
    const std::unique_ptr<std::FILE, closes_pipe> pipe{::popen(("printf '%s\\0' " + command).c_str(), "r")};
    BOOST_REQUIRE(pipe != nullptr);
    std::string words(4096, '\0');
    words.resize(std::fread(words.data(), 1, words.size(), pipe.get()));
    return words;
}

struct resumed {
    std::vector<std::string> arguments;
    const char* command;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(resume_commands)

BOOST_AUTO_TEST_CASE(add_resume_once)
{
    for (const auto& each : std::vector<resumed>{
             {{"jobaudit", "audit", "--jobs", "jobs.txt", "-o", "out"},
              "jobaudit audit --jobs jobs.txt -o out --resume"},
             {{"jobaudit", "audit", "--resume", "-o", "out"}, "jobaudit audit --resume -o out"},
             {{"jobaudit", "audit", "-o", "out", "--resume"}, "jobaudit audit -o out --resume"},
             {{"jobaudit", "audit", "-o", "out", "--", "id"}, "jobaudit audit -o out --resume -- id"},
             {{"jobaudit", "audit", "--resume", "-o", "out", "--", "id"}, "jobaudit audit --resume -o out -- id"},
             {{"jobaudit", "audit", "-o", "out", "--", "--resume"}, "jobaudit audit -o out --resume -- --resume"},
         })
        BOOST_TEST(resume_command(each.arguments) == each.command);
}

BOOST_AUTO_TEST_CASE(take_back_that_it_was_to_begin_anew)
{
    using words = std::vector<std::string>;
    BOOST_TEST(resume_command(words{"jobaudit", "--overwrite", "-o", "out"}, true) == "jobaudit -o out --resume");
    BOOST_TEST(resume_command(words{"jobaudit", "--overwrite", "--", "--overwrite"}, true) ==
               "jobaudit --resume -- --overwrite");
    BOOST_TEST(resume_command(words{"jobaudit", "--config", "file", "-o", "out"}, true) ==
               "jobaudit --config file -o out --overwrite=false --resume");
}

BOOST_AUTO_TEST_CASE(that_begin_anew_say_so)
{
    using words = std::vector<std::string>;
    BOOST_TEST(overwrite_command(words{"jobaudit", "-o", "an out"}) == "jobaudit -o 'an out' --overwrite");
    BOOST_TEST(overwrite_command(words{"jobaudit", "-o", "out", "--", "id"}) == "jobaudit -o out --overwrite -- id");
}

BOOST_AUTO_TEST_CASE(leave_out_who_the_proxy_knows)
{
    for (const auto& each : std::vector<resumed>{
             {{"jobaudit", "--proxy", "http://me:secret@proxy.example:3128"},
              "jobaudit --proxy http://USER:PASSWORD@proxy.example:3128 --resume"},
             {{"jobaudit", "--proxy=http://me:secret@proxy.example:3128"},
              "jobaudit --proxy=http://USER:PASSWORD@proxy.example:3128 --resume"},
             {{"jobaudit", "--proxy", "me:secret@proxy.example"},
              "jobaudit --proxy USER:PASSWORD@proxy.example --resume"},
             {{"jobaudit", "--proxy=me:secret@proxy.example"}, "jobaudit --proxy=USER:PASSWORD@proxy.example --resume"},
             {{"jobaudit", "--proxy", "http://me:sec@ret@proxy.example"},
              "jobaudit --proxy http://USER:PASSWORD@proxy.example --resume"},
             {{"jobaudit", "--proxy", "http://proxy.example:3128", "-o", "a@b"},
              "jobaudit --proxy http://proxy.example:3128 -o a@b --resume"},
         })
        BOOST_TEST(resume_command(each.arguments) == each.command);
}

BOOST_AUTO_TEST_CASE(quote_only_what_a_shell_would_change)
{
    struct {
        const char* text;
        const char* quoted;
    } const cases[] = {
        {"jobs-1_2.txt", "jobs-1_2.txt"},
        {"https://host:443/a=b,c@d%20+e", "https://host:443/a=b,c@d%20+e"},
        {"", "''"},
        {"a b", "'a b'"},
        {"it's", "'it'\\''s'"},
        {"~", "'~'"},
        {"$HOME", "'$HOME'"},
        {"*", "'*'"},
        {"#1", "'#1'"},
        {"a\nb", "'a\nb'"},
        {"\xc3\xa9", "'\xc3\xa9'"},
    };
    for (const auto& each : cases)
        BOOST_TEST(shell_quoted(each.text) == each.quoted);
}

BOOST_AUTO_TEST_CASE(are_read_by_a_shell_as_they_were_given)
{
    const std::vector<std::string> arguments{"./job audit", "audit",    "",   "'",    "a'b", "\"",
                                             "$(exit 1)",   "`exit 1`", "\\", "a\nb", "a;b", "!",
                                             "--",          "{a,b}",    "<",  "&"};
    std::string expected;
    for (const auto& word : arguments) {
        if (word == "--")
            (expected += "--resume") += '\0';
        (expected += word) += '\0';
    }
    BOOST_TEST(words_for_a_shell(resume_command(arguments)) == expected);
}

BOOST_AUTO_TEST_SUITE_END()
