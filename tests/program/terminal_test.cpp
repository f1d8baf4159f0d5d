#include "program/audited_platform.hpp"
#include "report/written_output.hpp"

#include <array>

#include <pty.h>

using namespace jobaudit::test;
using jobaudit::emulator::step;

namespace {

/// A terminal that shows what a process says.
class pseudo_terminal {
public:
    explicit pseudo_terminal(unsigned short columns)
    {
        const winsize size{24, columns, 0, 0};
        int ends[2];
        BOOST_REQUIRE(::openpty(&ends[0], &ends[1], nullptr, nullptr, &size) == 0);
        screen_.emplace(ends[0]);
        keyboard_.emplace(ends[1]);
        ::fcntl(screen_->get(), F_SETFL, O_NONBLOCK);
    }

    [[nodiscard]] int descriptor() const { return keyboard_->get(); }

    /// All that was shown so far.
    const std::string& shown()
    {
        char some[4096];
        for (ssize_t got; (got = ::read(screen_->get(), some, sizeof some)) > 0;)
            shown_.append(some, static_cast<std::size_t>(got));
        return shown_;
    }

private:
    std::optional<jobaudit::test::descriptor> screen_;
    std::optional<jobaudit::test::descriptor> keyboard_;
    std::string shown_;
};

std::vector<std::string> rewritten_lines(const std::string& shown)
{
    constexpr std::string_view erase = "\r\x1b[K";
    std::vector<std::string> lines;
    for (auto at = shown.find(erase); at != std::string::npos;) {
        const auto next = shown.find(erase, at + erase.size());
        lines.push_back(shown.substr(at + erase.size(), next - at - erase.size()));
        at = next;
    }
    return lines;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(terminal)

BOOST_AUTO_TEST_CASE(is_one_line_that_says_how_far_it_is_and_why_it_waits)
{
    audited_platform platform{{.jobs = 3000,
                               .latency = {.base = std::chrono::milliseconds{20}},
                               .script = {.sequence = {{1500, 1500, step{.status = 429, .retry_after = "1"}}}}}};
    pseudo_terminal screen{80};
    process_run audit{platform.audit_all(), {.environment = {{"TERM", "xterm"}}, .error_out = screen.descriptor()}};
    (void)audit.wait_until([&screen] { return screen.shown().find("failed files\r\n") != std::string::npos; });

    BOOST_TEST(audit.wait() == 0);
    const auto shown = screen.shown();
    BOOST_TEST(contains(shown, "/3,000 jobs"));
    BOOST_TEST(contains(shown, " %"));
    BOOST_TEST(contains(shown, "the server asked to"));
    BOOST_TEST(contains(shown, "1 retry"));
    const auto lines = rewritten_lines(shown.substr(0, shown.find("ok ")));
    BOOST_TEST(lines.size() > 3U);
    for (std::size_t i = 0; i + 1 < lines.size(); ++i) {
        std::istringstream messages_and_progress{lines[i]};
        for (std::string line; std::getline(messages_and_progress, line);)
            BOOST_TEST(line.substr(0, line.find('\r')).size() <= 80U, line);
    }
}

BOOST_AUTO_TEST_CASE(shows_a_help_that_fits)
{
    for (const unsigned short width : std::array<unsigned short, 3>{40, 80, 200}) {
        for (const auto* name : {"audit", "fetch", "demo", "emulate", "help"}) {
            pseudo_terminal screen{width};
            process_run help{jobaudit::test::jobaudit({"help", name}), {.out = screen.descriptor()}};
            // It is read while it comes: a terminal holds little.
            (void)help.wait_until([&screen] { return screen.shown().ends_with("\f"); });
            BOOST_TEST(help.wait() == 0);

            std::istringstream lines{screen.shown()};
            for (std::string line; std::getline(lines, line);) {
                line.erase(line.find_last_not_of('\r') + 1);
                // A word that is longer stands alone on its line.
                const auto begin = line.find_first_not_of(' ');
                const bool is_one_word = line.find(' ', begin) == std::string::npos;
                BOOST_TEST((line.size() <= width || is_one_word), width << " columns: " << line);
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(says_in_forty_columns_too_what_is_left)
{
    audited_platform platform{{.jobs = 3000, .latency = {.base = std::chrono::milliseconds{20}}}};
    pseudo_terminal screen{40};
    process_run audit{platform.audit_all({"--concurrency", "16"}),
                      {.environment = {{"TERM", "xterm"}}, .error_out = screen.descriptor()}};
    (void)audit.wait_until([&screen] { return screen.shown().find("failed files") != std::string::npos; });

    BOOST_TEST(audit.wait() == 0);
    BOOST_TEST(contains(screen.shown(), " % "));
    BOOST_TEST(contains(screen.shown(), " left"));
}

BOOST_AUTO_TEST_CASE(leaves_results_that_are_shown_there_alone)
{
    audited_platform platform{{.jobs = 300, .latency = {.base = std::chrono::milliseconds{50}}}};
    pseudo_terminal screen{80};
    process_run audit{
        platform.audit({"--jobs", platform.jobs_file(), "--concurrency", "8"}),
        {.environment = {{"TERM", "xterm"}}, .out = screen.descriptor(), .error_out = screen.descriptor()}};
    (void)audit.wait_until([&screen] { return screen.shown().find("failed files ") != std::string::npos; });

    BOOST_TEST(audit.wait() == 0);
    const auto shown = screen.shown();
    std::size_t results = 0;
    for (auto at = shown.find("{\"job_id\""); at != std::string::npos; at = shown.find("{\"job_id\"", at + 1)) {
        ++results;
        BOOST_TEST((at == 0 || shown[at - 1] == '\n'));
    }
    BOOST_TEST(results == 300U);
    BOOST_TEST(rewritten_lines(shown).empty());
}

BOOST_AUTO_TEST_CASE(hears_of_files_when_results_have_scrolled_over_it)
{
    audited_platform platform{{.jobs = 30}};
    for (const auto& [jobs, is_told] : {std::pair{30U, true}, std::pair{3U, false}}) {
        pseudo_terminal screen{80};
        std::vector<std::string> arguments;
        for (unsigned i = 0; i < jobs; ++i)
            arguments.push_back(platform.server.job(i).to_string());
        process_run audit{
            platform.audit(arguments),
            {.environment = {{"TERM", "xterm"}}, .out = screen.descriptor(), .error_out = screen.descriptor()}};
        (void)audit.wait_until([&screen] { return contains(screen.shown(), "requests/s"); });

        BOOST_TEST(audit.wait() == 0);
        BOOST_TEST(contains(screen.shown(), "hint: -o FILE keeps the results") == is_told, screen.shown());
    }
}

BOOST_AUTO_TEST_CASE(is_not_given_what_it_might_act_upon)
{
    const std::string tricks = "\x7f\xc2\x9b\xe2\x80\xae\xe2\x80\xa8\xf3\xa0\x80\x81";
    step hostile{};
    hostile.body = R"({"failed_files":[{"document":")" + tricks + R"(.pdf","error":"no"}]})";
    audited_platform platform{{.jobs = 1, .script = {.every_job = {hostile}}}};
    const auto id = platform.server.job(0).to_string();
    for (const bool is_fetch : {false, true}) {
        pseudo_terminal screen{80};
        auto arguments = platform.audit({id});
        if (is_fetch) {
            arguments[1] = "fetch";
            arguments.emplace_back("--json");
        }
        process_run run{arguments, {.environment = {{"TERM", "xterm"}}, .out = screen.descriptor()}};
        (void)run.wait_until([&screen] { return contains(screen.shown(), ".pdf"); });

        BOOST_TEST(run.wait() == 0);
        BOOST_TEST(contains(screen.shown(), R"("document":"\u007f\u009b\u202e\u2028\udb40\udc01.pdf")"));
    }
    process_run file{platform.audit({id})};
    BOOST_TEST(file.wait() == 0);
    BOOST_TEST(contains(file.out(), "\x7f\xc2\x9b\xe2\x80\xae\\u2028\xf3\xa0\x80\x81.pdf"));
}

BOOST_AUTO_TEST_CASE(tells_of_an_outage_and_of_the_next_try)
{
    audited_platform platform{{.jobs = 300, .script = {.every_job = {step{.status = 503}}}}};
    pseudo_terminal screen{80};
    process_run audit{platform.audit_all({"--outage-limit", "2s"}),
                      {.environment = {{"TERM", "xterm"}}, .error_out = screen.descriptor()}};
    (void)audit.wait_until([&screen] { return screen.shown().find("--resume") != std::string::npos; });

    BOOST_TEST(audit.wait() == 6);
    BOOST_TEST(contains(screen.shown(), "the server is down since"));
    BOOST_TEST(contains(screen.shown(), "(HTTP 503)"));
    BOOST_TEST(contains(screen.shown(), "next try in"));
}

BOOST_AUTO_TEST_CASE(is_plain_text_on_a_terminal_that_can_not_erase)
{
    audited_platform platform{{.jobs = 300}};
    pseudo_terminal screen{80};
    process_run audit{platform.audit_all(), {.environment = {{"TERM", "dumb"}}, .error_out = screen.descriptor()}};
    (void)audit.wait_until([&screen] { return screen.shown().find("failed files") != std::string::npos; });

    BOOST_TEST(audit.wait() == 0);
    BOOST_TEST(!contains(screen.shown(), "\x1b"));
}

BOOST_AUTO_TEST_CASE(is_plain_text_where_there_is_no_terminal)
{
    audited_platform platform{{.jobs = 300}};
    process_run audit{platform.audit_all()};

    BOOST_TEST(audit.wait() == 0);
    BOOST_TEST(!contains(audit.error_out(), "\x1b"));
    BOOST_TEST(!contains(audit.error_out(), "\r"));
}

BOOST_AUTO_TEST_CASE(gets_no_control_characters_of_others_from_reports)
{
    const scratch_folder folder;
    const auto output = folder.write(
        "results.ndjson",
        written_output{}
            .ok(1, {{"red\x1b[31m\a.pdf", "C1 \xc2\x9b, a line\xe2\x80\xa8"}, {"turned\xe2\x80\xae.pdf", "\x7f"}})
            .text());
    for (const auto& arguments : std::vector<std::vector<std::string>>{{"report", output},
                                                                       {"report", output, "--json"},
                                                                       {"report", output, "--csv"},
                                                                       {"report", output, "--documents"},
                                                                       {"diff", output, output},
                                                                       {"diff", output, output, "--json"}}) {
        pseudo_terminal screen{80};
        process_run shows{jobaudit::test::jobaudit(arguments),
                          {.environment = {{"TERM", "xterm"}}, .out = screen.descriptor()}};
        BOOST_TEST(shows.wait() == 0);
        const auto shown = screen.shown();
        BOOST_TEST(contains(shown, "31m"), shown);
        for (const auto* control : {"\x1b", "\a", "\xc2\x9b", "\xe2\x80\xa8", "\xe2\x80\xae", "\x7f"})
            BOOST_TEST(!contains(shown, control), arguments.back() << " shows " << control);
    }
    process_run kept{jobaudit::test::jobaudit({"report", output, "--json"})};
    BOOST_TEST(kept.wait() == 0);
    BOOST_TEST(!contains(kept.out(), "\xe2\x80\xa8"));
}

BOOST_AUTO_TEST_SUITE_END()
