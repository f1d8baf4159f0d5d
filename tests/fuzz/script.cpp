// A script for the emulator is refused with a message that says where, or means the same when it is written again.

#include "fuzz/chosen_input.hpp"
#include "fuzz/require.hpp"
#include "fuzz/targets.hpp"

#include <jobaudit/emulator/script.hpp>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <chrono>
#include <optional>
#include <string>

namespace jobaudit::fuzz {
namespace {

namespace json = boost::json;
using emulator::script;
using emulator::sequence_entry;
using emulator::step;

std::optional<script> read(std::string_view text, std::string& problem)
{
    try {
        return emulator::parse_script(text);
    } catch (const emulator::script_error& error) {
        problem = error.what();
        return std::nullopt;
    }
}

/// Without what depends on how a number is written: times, and the text of a body, which may be any JSON.
step without_numbers(step one)
{
    one.duration = one.delay = {};
    if (one.body)
        one.body->clear();
    return one;
}

bool same(const std::vector<step>& a, const std::vector<step>& b)
{
    return std::ranges::equal(a, b, {}, without_numbers, without_numbers);
}

bool same(const script& a, const script& b)
{
    const auto same_entry = [](const sequence_entry& x, const sequence_entry& y) {
        return x.first == y.first && x.last == y.last && without_numbers(x.step) == without_numbers(y.step);
    };
    return std::ranges::equal(a.sequence, b.sequence, same_entry) && same(a.every_job, b.every_job) &&
           same(a.list, b.list) && std::ranges::equal(a.jobs, b.jobs, [](const auto& x, const auto& y) {
               return x.first == y.first && same(x.second, y.second);
           });
}

void check_step(const step& one)
{
    require(one.status == 0 || (one.status >= 200 && one.status <= 599), "a status is one of a final response");
    for (const auto time : {one.duration, one.delay})
        require(time >= std::chrono::nanoseconds{0} && time <= std::chrono::seconds{1'000'000}, "a time is bounded");
}

void check_steps(const std::vector<step>& steps)
{
    for (const auto& one : steps) {
        check_step(one);
        require(!one.pass, "only a sequence passes a request on");
    }
}

void check_content(const script& read)
{
    check_steps(read.every_job);
    check_steps(read.list);
    for (const auto& [job, steps] : read.jobs) {
        check_steps(steps);
        require(!steps.empty(), "a job that is named has a step");
    }
    for (const auto& entry : read.sequence) {
        check_step(entry.step);
        require(entry.first >= 1 && entry.first <= entry.last, "a range is one");
    }
}

void check_lookup(const script& read, std::uint64_t number)
{
    const bool answers_all = !read.every_job.empty();
    require(!answers_all || read.for_job(job_id{}, number, number) != nullptr, "each job's request has a step");
    require(read.list.empty() || read.for_list(number, number) != nullptr, "each list's request has a step");
    for (const auto& [job, steps] : read.jobs)
        require(read.for_job(job, steps.size() + number, number) != nullptr, "the last step repeats");
}

void check_rewritten(const script& accepted, std::string_view text)
{
    const auto rewritten = json::serialize(json::parse({text.data(), text.size()}));
    boost::system::error_code error;
    (void)json::parse(rewritten, error);
    // Boost writes numbers beyond a double's range in words.
    if (error)
        return;
    std::string problem;
    const auto again = read(rewritten, problem);
    require(again && same(*again, accepted), "a script that is written again means the same");
}

}  // namespace

int fuzz_script(std::string_view bytes)
{
    const chosen_input input{bytes};
    std::string problem;
    const auto accepted = read(input.text(), problem);
    if (!accepted) {
        require(problem.starts_with("script: "), "a message says what it is about");
        return 0;
    }
    check_content(*accepted);
    check_lookup(*accepted, input.number() + 1U);
    check_rewritten(*accepted, input.text());
    return 0;
}

}  // namespace jobaudit::fuzz
