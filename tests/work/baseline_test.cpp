#include "work/baseline.hpp"
#include "work/body_kinds.hpp"
#include "work/callgrind_profile.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <iostream>
#include <sstream>
#include <string_view>
#include <tuple>

using namespace jobaudit::test;

namespace {

// The command that brings the figures in the repository up to date.
constexpr std::string_view record_command = JOBAUDIT_WORK_RECORD_COMMAND;
constexpr const char* baseline_path = JOBAUDIT_WORK_BASELINE;
constexpr const char* build = JOBAUDIT_WORK_BUILD;

bool asked_for(std::string_view option)
{
    const auto& suite = boost::unit_test::framework::master_test_suite();
    return std::find(suite.argv, suite.argv + suite.argc, option) != suite.argv + suite.argc;
}

std::string body_of(std::size_t records)
{
    std::string body = R"({"failed_files":[)";
    for (std::size_t i = 0; i < records; ++i)
        body += std::string{i == 0 ? "" : ","} + R"({"document":"scans/incoming/file-)" + std::to_string(10'000 + i) +
                R"(.pdf","error":"PdfReadError: EOF marker not found while reading the \"xref\" table, on page )" +
                std::to_string(100 + i) + R"( of 512"})";
    return body + "]}";
}

work_figures measure_once()
{
    work_figures all;
    for (const auto& [size, records, jobs] : {std::tuple{"small", 3, 1000}, std::tuple{"medium", 100, 250}})
        for (const auto& [name, figure] :
             count_under_callgrind(body_of(static_cast<std::size_t>(records)), static_cast<std::size_t>(jobs)))
            all[std::string{size} + "_" + name] = figure;
    for (const auto& kind : body_kinds())
        all["kind_" + kind.name + "_instructions"] = count_under_callgrind(kind.body(100), 60).at("instructions");
    try {
        all["small_system_calls"] = count_system_calls(body_of(3), 4000);
    } catch (const tool_missing& reason) {
        std::cout << "system calls are not counted: " << reason.what() << '\n';
    }
    return all;
}

// The lowest of up to three measurements, until `is_enough`: a busy machine adds to a figure, for the program then
// finds less at each look, but more work of its own is in every measurement.
template <class IsEnough>
work_figures measure(IsEnough is_enough)
{
    auto lowest = measure_once();
    for (int further = 0; further < 2 && !is_enough(lowest); ++further)
        for (const auto& [name, figure] : measure_once())
            lowest[name] = std::min(lowest[name], figure);
    for (const auto& [name, figure] : lowest)
        std::cout << name << ' ' << figure << '\n';
    return lowest;
}

void record()
{
    const auto figures = measure([](const work_figures&) { return false; });
    BOOST_TEST_REQUIRE(figures.contains("small_system_calls"), "a baseline without system calls is none");
    write_baseline(baseline_path, {build, figures});
}

void compare_with(const work_figures& expected)
{
    const auto remark_on = [&](const auto& figure) {
        return compare(figure.first, figure.second, expected.at(figure.first));
    };
    const auto figures = measure([&](const work_figures& measured) {
        return std::none_of(measured.begin(), measured.end(),
                            [&](const auto& figure) { return remark_on(figure).is_worse; });
    });
    for (const auto& figure : figures) {
        const auto [is_worse, text] = remark_on(figure);
        BOOST_TEST(!is_worse, text << ". If that must be: " << record_command);
        if (!is_worse && !text.empty())
            std::cout << text << ". To keep it so: " << record_command << '\n';
    }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(work)

BOOST_AUTO_TEST_CASE(of_a_request_is_no_more_than_five_percent_above_the_baseline)
{
    try {
        if (asked_for("--print"))
            return (void)measure([](const work_figures&) { return true; });
        if (asked_for("--record"))
            return record();
        const auto kept = read_baseline(baseline_path);
        if (kept.build == build)
            compare_with(kept.figures);
        else
            std::cout << "skipped: the baseline is of \"" << kept.build << "\", this is \"" << build << "\"\n";
    } catch (const tool_missing& reason) {
        std::cout << "skipped: " << reason.what() << '\n';
    }
}

BOOST_AUTO_TEST_CASE(that_grew_by_a_tenth_is_worse_and_that_shrank_by_a_tenth_is_said_to_be_better)
{
    BOOST_TEST(compare("instructions", 1100, 1000).is_worse);
    BOOST_TEST(compare("instructions", 1040, 1000).text.empty());
    BOOST_TEST(compare("instructions", 960, 1000).text.empty());
    BOOST_TEST(!compare("instructions", 900, 1000).is_worse);
    BOOST_TEST(compare("instructions", 900, 1000).text == "instructions: 900 a request, 1000 in the baseline: better");
    BOOST_TEST(compare("allocations", 2, 1).is_worse);
    BOOST_TEST(compare("allocations", 1, 0).is_worse);
    BOOST_TEST(compare("allocations", 0.02, 0).text.empty());
}

BOOST_AUTO_TEST_CASE(is_read_from_callgrinds_file_by_object)
{
    std::istringstream file{R"(# callgrind format
positions: line
events: Ir
summary: 160

ob=(1) /opt/bin/jobaudit
fl=(1) ???
fn=(1) work()
0 30
+3 20
cob=(2) /lib/libc.so.6
cfn=(2) malloc
calls=7 0
0 90

fn=(3) more()
* 5
cob=(2)
cfn=(2)
calls=2 0
0 10

ob=(2)
fn=(2)
5 100
cfn=(2)
calls=1 0
0 3

ob=(3) /lib/libcrypto.so.3
fn=(4) CRYPTO_malloc
9 5
cob=(2)
cfn=(2)
calls=4 0
0 1

totals: 160
)"};
    const auto profile = read_callgrind(file);

    BOOST_TEST(profile.instructions.at("jobaudit") == 55U);
    BOOST_TEST(profile.instructions.at("libc.so.6") == 100U);
    BOOST_TEST(profile.instructions.at("libcrypto.so.3") == 5U);
    BOOST_TEST(profile.allocations.at("jobaudit") == 9U);
    BOOST_TEST(profile.allocations.at("libcrypto.so.3") == 4U);
    BOOST_TEST(!profile.allocations.contains("libc.so.6"));
}

BOOST_AUTO_TEST_CASE(is_not_read_from_a_file_whose_lines_do_not_add_up)
{
    for (const char* text : {"", "summary: 3\nob=(1) a\nfn=(1) f\n0 2\n"}) {
        std::istringstream file{text};
        BOOST_CHECK_THROW((void)read_callgrind(file), std::runtime_error);
    }
}

BOOST_AUTO_TEST_SUITE_END()
