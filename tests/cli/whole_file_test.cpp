#include "cli/process/whole_file.hpp"

#include "cli/captured_output.hpp"
#include "cli/ordinary_user.hpp"
#include "scratch_folder.hpp"

#include <filesystem>
#include <iterator>
#include <string>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace {

using namespace jobaudit::cli;
using namespace jobaudit::test;
namespace fs = std::filesystem;

// Empty: nothing is wrong.
std::string text_of(const std::optional<problem>& wrong) { return wrong ? wrong->message : std::string{}; }

auto files_in(const scratch_folder& folder)
{
    return std::distance(fs::directory_iterator{folder.path("")}, fs::directory_iterator{});
}

}  // namespace

BOOST_AUTO_TEST_SUITE(whole_files)

BOOST_AUTO_TEST_CASE(hold_the_text_and_leave_nothing_else)
{
    const scratch_folder folder;
    const std::string long_text(1'000'000, 'x');
    for (const auto& text : {std::string{"first\n"}, long_text, std::string{}}) {
        BOOST_TEST(text_of(check_whole_file(folder.path("file"))) == "");
        BOOST_TEST(text_of(write_whole_file(folder.path("file"), text)) == "");
        BOOST_TEST(folder.read("file") == text);
        BOOST_TEST(files_in(folder) == 1);
    }
}

BOOST_AUTO_TEST_CASE(are_new_ones_so_that_readers_keep_the_old_one)
{
    const scratch_folder folder;
    std::ifstream reader{folder.write("file", "old")};
    BOOST_TEST(text_of(write_whole_file(folder.path("file"), "new")) == "");
    BOOST_TEST(folder.read("file") == "new");
    BOOST_TEST((std::string{std::istreambuf_iterator<char>{reader}, {}}) == "old");
}

BOOST_AUTO_TEST_CASE(go_to_the_descriptor_that_is_named_and_replace_nothing_behind_it)
{
    const scratch_folder folder;
    const auto log = folder.write("log", "first\n");
    const int descriptor = ::open(log.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC);
    for (const auto* place : {"/dev/fd/", "/proc/self/fd/"}) {
        const auto path = place + std::to_string(descriptor);
        BOOST_TEST(text_of(check_whole_file(path)) == "");
        BOOST_TEST(text_of(write_whole_file(path, "more\n")) == "");
    }
    BOOST_TEST(folder.read("log") == "first\nmore\nmore\n");

    const int saved = ::dup(STDERR_FILENO);
    ::dup2(descriptor, STDERR_FILENO);
    const auto by_its_stream = text_of(write_whole_file("/dev/stderr", "and\n"));
    const auto by_its_name = text_of(write_whole_file(log, "so on\n"));
    ::dup2(saved, STDERR_FILENO);
    ::close(saved);
    ::close(descriptor);
    BOOST_TEST(by_its_stream == "");
    BOOST_TEST(by_its_name == "");
    BOOST_TEST(folder.read("log") == "first\nmore\nmore\nand\nso on\n");
    BOOST_TEST(files_in(folder) == 1);
    BOOST_TEST(text_of(check_whole_file("/dev/fd/" + std::to_string(descriptor))) != "");
}

BOOST_AUTO_TEST_CASE(are_written_where_a_link_leads)
{
    const scratch_folder folder;
    folder.write("file", "old");
    fs::create_symlink("file", folder.path("link"));
    BOOST_TEST(text_of(write_whole_file(folder.path("link"), "new")) == "");
    BOOST_TEST(folder.read("file") == "new");
    BOOST_TEST(fs::is_symlink(folder.path("link")));
    BOOST_TEST(files_in(folder) == 2);
}

BOOST_AUTO_TEST_CASE(go_to_stdout_for_a_dash)
{
    BOOST_TEST(text_of(check_whole_file("-")) == "");
    BOOST_TEST(output_of(STDOUT_FILENO, [] { BOOST_TEST(text_of(write_whole_file("-", "text\n")) == ""); }) ==
               "text\n");
}

BOOST_AUTO_TEST_CASE(are_no_replacement_for_devices)
{
    BOOST_TEST(text_of(check_whole_file("/dev/null")) == "");
    BOOST_TEST(text_of(write_whole_file("/dev/null", "text")) == "");
    BOOST_TEST(fs::is_character_file("/dev/null"));
    BOOST_TEST(text_of(write_whole_file("/dev/full", "text")) ==
               "\"/dev/full\" cannot be written: No space left on device");
}

BOOST_AUTO_TEST_CASE(need_a_folder_and_a_name)
{
    const scratch_folder folder;
    const auto missing = folder.path("missing/file");
    BOOST_TEST(text_of(check_whole_file(missing)) ==
               "\"" + missing + "\" cannot be written: there is no folder \"" + folder.path("missing") + "\"");
    BOOST_TEST(text_of(write_whole_file(missing, "text")) ==
               "\"" + missing + "\" cannot be written: No such file or directory");
    BOOST_TEST(text_of(check_whole_file(folder.path(""))) ==
               "\"" + folder.path("") + "\" is a folder: give the name of a file");
    BOOST_TEST(text_of(write_whole_file(folder.path(""), "text")) ==
               "\"" + folder.path("") + "\" cannot be written: Is a directory");
}

BOOST_AUTO_TEST_CASE(may_lie_in_the_folder_that_the_program_runs_in)
{
    BOOST_TEST(text_of(check_whole_file("a name without a folder")) == "");
}

BOOST_AUTO_TEST_CASE(need_a_folder_that_may_be_written_to_also_where_the_file_exists)
{
    const scratch_folder folder;
    BOOST_REQUIRE(::chmod(folder.write("old", "old").c_str(), 0666) == 0);
    BOOST_REQUIRE(::chmod(folder.path("").c_str(), 0555) == 0);
    for (const auto* name : {"old", "new"}) {
        const auto path = folder.path(name);
        const auto expected = "\"" + path + "\" cannot be written: Permission denied";
        BOOST_TEST(as_ordinary_user([&] { return text_of(check_whole_file(path)); }) == expected);
        BOOST_TEST(as_ordinary_user([&] { return text_of(write_whole_file(path, "text")); }) == expected);
    }
    BOOST_TEST(folder.read("old") == "old");
    BOOST_REQUIRE(::chmod(folder.path("").c_str(), 0755) == 0);
}

BOOST_AUTO_TEST_SUITE_END()
