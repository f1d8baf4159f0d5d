#include "emulator/platform_api.hpp"

#include "emulator/random.hpp"

#include <boost/beast/core/string.hpp>

#include <cmath>
#include <limits>
#include <utility>

namespace jobaudit::emulator {

namespace {

constexpr std::size_t piece_size = 64 * 1024;

// A body with more records is made while it is sent.
constexpr std::uint64_t records_in_memory = 10'000;

constexpr std::string_view jobs_path = "/api/v1/jobs";

void fail(reply& into, int status, std::string_view body)
{
    into.status = status;
    into.body = body;
}

void refuse_id(std::string_view text, std::string_view where, std::string_view name, reply& into)
{
    into.status = 422;
    into.body = R"({"detail":[{"type":"uuid_parsing","loc":[")";
    into.body.append(where).append("\",\"").append(name);
    into.body += R"("],"msg":"Input should be a valid UUID, unable to parse string as an UUID","input":)";
    append_json_string(into.body, text, json_style::plain);
    into.body += "}]}";
}

std::chrono::nanoseconds delay_of(const latency_options& latency, std::uint64_t randomness)
{
    const auto share = random_stream{randomness}.fraction();
    return latency.base + std::chrono::nanoseconds{std::llround(static_cast<double>(latency.jitter.count()) * share)};
}

std::optional<std::string_view> bearer_token(const std::optional<std::string>& authorization)
{
    constexpr std::string_view scheme = "Bearer ";
    if (!authorization || authorization->size() <= scheme.size() ||
        !boost::beast::iequals({authorization->data(), scheme.size()}, {scheme.data(), scheme.size()}))
        return std::nullopt;
    return std::string_view{*authorization}.substr(scheme.size());
}

vocabulary words_of(fault what) noexcept
{
    return what == fault::unknown_values ? vocabulary::unknown : vocabulary::of_vendor;
}

// The list of jobs, made while it is sent.
struct list_body {
    const content* from;
    std::optional<job_id> workflow;
    std::string status;
    vocabulary words = vocabulary::of_vendor;
    std::uint64_t next = 0;
    bool any = false;

    bool operator()(std::string& out)
    {
        if (next == 0)
            out += '[';
        for (; next < from->jobs().size() && out.size() < piece_size; ++next) {
            const auto job = from->jobs().job(next);
            const auto facts = from->facts(job);
            if ((workflow && from->workflow(facts.hash) != *workflow) ||
                (!status.empty() && from->status(facts) != status))
                continue;
            if (std::exchange(any, true))
                out += ',';
            from->append_information(out, job, facts, words);
        }
        if (next < from->jobs().size())
            return true;
        out += ']';
        return false;
    }
};

struct records_body {
    failed_files_body from;

    bool operator()(std::string& out) { return from.append(out, piece_size); }
};

}  // namespace

platform_api::platform_api(const emulator_options& options, script steps, const content& data,
                           statistics_recorder& recorder)
    : content_{data}
    , recorder_{recorder}
    , script_{std::move(steps)}
    , plan_{options.faults, options.seed, options.vary_framing.value_or(options.faults != fault_profile::none)}
    , limit_{options.rate_limit, options.rate_burst}
    , work_limit_{options.limit_at_once}
    , refusal_{options.refusal}
    , latency_{options.latency}
    , key_{options.api_key}
    , seed_{options.seed}
{}

void platform_api::answer(const request& asked, reply& into)
{
    const auto to = find_route(asked.path());
    const bool of_job = to.where == endpoint::failed_files && to.bad_id.empty();
    const auto kind = of_job                       ? request_kind::failed_files
                      : to.where == endpoint::list ? request_kind::list
                                                   : request_kind::other;
    const auto when = recorder_.request_arrived(kind, to.job);
    const auto hash = hash_of(to.job, seed_);
    into.randomness = mix(hash, of_job ? when.of_job : when.number);
    into.delay = delay_of(latency_, into.randomness);
    if (refuse_early(asked, to, into))
        return;
    apply(choose_step(to, when, hash), asked, to, into);
}

platform_api::route platform_api::find_route(std::string_view path) noexcept
{
    if (!path.starts_with(jobs_path))
        return {};
    path.remove_prefix(jobs_path.size());
    if (path.empty())
        return {.where = endpoint::list_without_slash};
    if (path == "/")
        return {.where = endpoint::list};
    if (path.front() != '/')
        return {};
    path.remove_prefix(1);
    const auto slash = std::min(path.find('/'), path.size());
    const auto id = path.substr(0, slash);
    const auto rest = path.substr(slash);
    route result;
    if (rest.empty())
        result.where = endpoint::information;
    else if (rest == "/failed-files")
        result.where = endpoint::failed_files;
    else if (rest == "/details")
        result.where = endpoint::details;
    else if (rest == "/file-status")
        result.where = endpoint::file_status;
    else
        return {};
    if (const auto job = job_id::parse(id))
        result.job = *job;
    else
        result.bad_id = id.empty() ? std::string_view{"?"} : id;
    return result;
}

bool platform_api::refuse_above_limit(reply& into)
{
    const auto now = request_limit::clock::now();
    auto wait = limit_.refuse(now);
    if (!wait && !work_limit_.begin(now, into.delay)) {
        wait.emplace(0);
        into.delay = {};
    }
    if (!wait)
        return false;
    refuse_for(*wait, into);
    return true;
}

void platform_api::refuse_for(std::chrono::duration<double> wait, reply& into) const
{
    into.status = refusal_.status;
    const std::string soonest = std::to_string(std::max(1L, std::lround(std::ceil(wait.count()))));
    if (const auto hint = refusal_.retry_after.value_or(soonest); !hint.empty())
        into.add_field("Retry-After", hint);
    fill_usual_body(into);
}

bool platform_api::refuse_early(const request& asked, const route& to, reply& into)
{
    if (refuse_above_limit(into))
        return true;
    if (to.where == endpoint::unknown) {
        fail(into, 404, R"({"detail":"Not Found"})");
        return true;
    }
    if (!asked.is_get) {
        fail(into, 405, R"({"detail":"Method Not Allowed"})");
        into.add_field("Allow", "GET");
        return true;
    }
    if (to.where == endpoint::list_without_slash)
        return false;
    if (refuse_key(asked, into))
        return true;
    if (!to.bad_id.empty()) {
        refuse_id(to.bad_id, "path", "job_id", into);
        return true;
    }
    if (to.where != endpoint::file_status || content_.facts(to.job).kind == outcome_kind::not_found)
        return false;
    const auto wait = file_status_limit_.refuse(to.job, request_limit::clock::now());
    if (wait)
        refuse_for(*wait, into);
    return wait.has_value();
}

bool platform_api::refuse_key(const request& asked, reply& into) const
{
    const auto bearer = bearer_token(asked.authorization);
    if (asked.api_key && !asked.api_key->empty()) {
        if (key_.empty() || *asked.api_key == key_)
            return false;
        fail(
            into, 401,
            R"({"detail":"Failed to authenticate API Key: API key is malformed, please check the API key in your account settings."})");
        return true;
    }
    if (!bearer) {
        into.status = 401;
        fill_usual_body(into);
        return true;
    }
    if (key_.empty() || *bearer == key_)
        return false;
    fail(into, 500, R"({"detail":"Internal Server Error verifying token"})");
    return true;
}

step platform_api::choose_step(const route& to, const arrival& when, std::uint64_t hash) const
{
    const step* found = nullptr;
    switch (to.where) {
    case endpoint::failed_files:
        found = script_.for_job(to.job, when.of_job, when.number);
        break;
    case endpoint::list:
        found = script_.for_list(when.of_list, when.number);
        break;
    default:
        found = script_.for_arrival(when.number);
    }
    if (found != nullptr)
        return *found;
    if (to.where == endpoint::list)
        return plan_.step_for(hash, when.of_list);
    return to.where == endpoint::failed_files ? plan_.step_for(hash, when.of_job) : step{};
}

void platform_api::apply(const step& what, const request& asked, const route& to, reply& into) const
{
    into.delay += what.delay;
    into.duration = what.duration;
    into.fault = what.fault;
    into.framing = what.framing;
    into.raw = what.raw;
    into.keep_open = what.keep_open;
    into.status = what.status == 0 ? 200 : what.status;
    if (what.body)
        into.body = *what.body;
    else if (what.records)
        into.more = records_body{{hash_of(to.job, seed_), *what.records}};
    else if (into.status == 200)
        answer_right(asked, to, into);
    else
        fill_usual_body(into);
    for (const auto& [name, value] : what.headers) {
        if (boost::beast::iequals(name, "Content-Type"))
            into.content_type = {};
        into.add_field(name, value);
    }
    if (what.retry_after)
        into.add_field("Retry-After", *what.retry_after);
    if (what.retry_after_date) {
        const auto now = std::chrono::system_clock::now();
        into.add_field("Date", http_date(now));
        into.add_field("Retry-After", http_date(now + std::chrono::seconds{*what.retry_after_date}));
    }
    spoil_content(asked, into);
}

void platform_api::answer_right(const request& asked, const route& to, reply& into) const
{
    if (to.where == endpoint::list)
        return answer_list(asked, into);
    if (to.where == endpoint::list_without_slash) {
        into.fault = fault::redirect;
        return;
    }
    answer_for_job(to, words_of(into.fault), into);
}

void platform_api::answer_for_job(const route& to, vocabulary words, reply& into) const
{
    const auto facts = content_.facts(to.job);
    if (facts.kind == outcome_kind::not_found) {
        into.status = 404;
        return fill_usual_body(into);
    }
    switch (to.where) {
    case endpoint::information:
        return content_.append_information(into.body, to.job, facts, words);
    case endpoint::details:
        return content_.append_details(into.body, to.job, facts, words);
    case endpoint::file_status:
        return content_.append_file_status(into.body, to.job, facts, words);
    default:
        return answer_failed_files(facts, into);
    }
}

void platform_api::answer_failed_files(const job_facts& job, reply& into) const
{
    if (job.kind == outcome_kind::validation) {
        into.status = 422;
        return content::append_refusal(into.body, job);
    }
    failed_files_body body{job.hash, job.records};
    if (job.records > records_in_memory)
        into.more = records_body{std::move(body)};
    else
        (void)body.append(into.body, std::numeric_limits<std::size_t>::max());
}

void platform_api::answer_list(const request& asked, reply& into) const
{
    list_body body{&content_, {}, std::string{asked.parameter("status").value_or("")}, words_of(into.fault)};
    if (const auto text = asked.parameter("workflow_id")) {
        body.workflow = job_id::parse(*text);
        if (!body.workflow)
            return refuse_id(*text, "query", "workflow_id", into);
    }
    into.more = std::move(body);
}

}  // namespace jobaudit::emulator
