#include "emulator/control_api.hpp"

namespace jobaudit::emulator {

namespace {

constexpr std::size_t piece_size = 64 * 1024;

// One line for each seeded job, made while it is sent.
template <class AppendLine>
struct lines_of_jobs {
    const content* from;
    AppendLine append_line;
    std::uint64_t next = 0;

    bool operator()(std::string& out)
    {
        for (; next < from->jobs().size() && out.size() < piece_size; ++next) {
            append_line(*from, from->jobs().job(next), out);
            out += '\n';
        }
        return next < from->jobs().size();
    }
};

template <class AppendLine>
lines_of_jobs<AppendLine> make_lines(const content& from, AppendLine append_line)
{
    return {&from, append_line};
}

void append_truth(const content& from, const job_id& job, std::string& out) { from.append_truth(out, job); }

void append_name(const content&, const job_id& job, std::string& out) { out += job.to_string(); }

}  // namespace

void control_api::answer(const request& asked, reply& into)
{
    constexpr std::string_view one_truth = "/__truth/";
    const auto path = asked.path();
    if (path == "/__stats") {
        recorder_.append_json(into.body, asked.parameter("jobs") == "1");
        if (asked.parameter("reset") == "1")
            recorder_.reset();
        return;
    }
    into.content_type = "application/x-ndjson";
    if (path == "/__truth") {
        into.more = make_lines(content_, append_truth);
        return;
    }
    if (path == "/__jobs") {
        into.content_type = "text/plain";
        into.more = make_lines(content_, append_name);
        return;
    }
    const auto job = path.starts_with(one_truth) ? job_id::parse(path.substr(one_truth.size())) : std::nullopt;
    if (job) {
        content_.append_truth(into.body, *job);
        into.body += '\n';
        return;
    }
    into.status = 404;
    into.content_type = "application/json";
    into.body = R"({"detail":"there are /__stats, /__truth, /__truth/{job id} and /__jobs"})";
}

}  // namespace jobaudit::emulator
