#include "emulator/content.hpp"

#include "emulator/failure_texts.hpp"
#include "emulator/random.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <ctime>
#include <utility>

namespace jobaudit::emulator {

namespace {

// Different purposes must draw different numbers from one hash.
enum purpose : std::uint64_t { for_kind = 1, for_count, for_form, for_status, for_workflow, for_time };

void append_id(std::string& out, const job_id& job)
{
    std::array<char, job_id::text_size> text{};
    job.write_to(text);
    out += '"';
    out.append(text.data(), text.size());
    out += '"';
}

constexpr std::array<std::string_view, 7> workflow_names{
    "invoices", "contracts nightly", "hr-onboarding", "research papers", "support-tickets", "manuals (weekly)", "mail",
};

std::uint64_t workflow_index(std::uint64_t hash) noexcept { return mix(hash, for_workflow) % workflow_names.size(); }

void append_number(std::string& out, std::string_view name, std::uint64_t value)
{
    out += '"';
    out += name;
    out += "\":";
    out += std::to_string(value);
}

}  // namespace

job_facts content::facts(const job_id& job) const noexcept
{
    job_facts result;
    result.hash = hash_of(job, options_.seed);
    result.kind = kind_of(job, result.hash);
    if (result.kind == outcome_kind::ok)
        result.records = count_records(result.hash);
    return result;
}

outcome_kind content::kind_of(const job_id& job, std::uint64_t hash) const noexcept
{
    if (!population_.index_of(job))
        return options_.accept_any_id ? outcome_kind::ok : outcome_kind::not_found;
    const auto draw = random_stream{mix(hash, for_kind)}.fraction();
    if (draw < options_.share_missing)
        return outcome_kind::not_found;
    return draw < options_.share_missing * 1.25 ? outcome_kind::validation : outcome_kind::ok;
}

std::uint64_t content::count_records(std::uint64_t hash) const noexcept
{
    if (options_.records_per_job)
        return *options_.records_per_job;
    random_stream random{mix(hash, for_count)};
    const auto draw = random.below(1000);
    if (draw < 450)
        return 0;
    if (draw < 920)
        return random.between(1, 5);
    return draw < 985 ? random.between(6, 40) : random.between(100, 600);
}

std::vector<failed_file> content::failed_files(const job_facts& job) const
{
    std::vector<failed_file> result(job.records);
    for (std::uint64_t i = 0; i < job.records; ++i)
        make_failed_file(job.hash, i, result[i]);
    return result;
}

job_id content::workflow(std::uint64_t hash) const noexcept
{
    return population{mix(options_.seed, for_workflow), workflow_names.size()}.job(workflow_index(hash));
}

std::string_view content::status(const job_facts& job) const noexcept
{
    const auto draw = mix(job.hash, for_status) % 1000;
    if (draw < 20)
        return "IN_PROGRESS";
    // What has not begun has no failed files.
    if (draw < 30 && job.records == 0)
        return "SCHEDULED";
    if (draw >= 30 && draw < 45)
        return "STOPPED";
    if (draw >= 45 && draw < 47 && options_.some_unknown_values)
        return "ARCHIVED";
    return job.records > 20 || (draw >= 47 && draw < 80) ? "FAILED" : "COMPLETED";
}

// Spread over the 90 days before the newest.
void content::append_time(std::string& out, std::uint64_t hash) const
{
    constexpr std::uint64_t spread = 90 * 86'400;
    const auto draw = mix(hash, for_time);
    const auto time = static_cast<std::time_t>(options_.newest_job.time_since_epoch().count() -
                                               static_cast<std::int64_t>(draw % spread));
    std::tm parts{};
    gmtime_r(&time, &parts);
    std::array<char, 32> text{};
    out.append(text.data(), std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S", &parts));
    out += '.' + std::to_string(100'000 + (draw >> 32) % 900'000) + 'Z';
}

void content::append_information(std::string& out, const job_id& job, const job_facts& facts, vocabulary words) const
{
    const auto in = status(facts);
    const bool runs = in == "SCHEDULED" || in == "IN_PROGRESS";
    const bool is_known = words == vocabulary::of_vendor;
    out += R"({"id":)";
    append_id(out, job);
    out += R"(,"workflow_id":)";
    append_id(out, workflow(facts.hash));
    out += R"(,"workflow_name":)";
    append_json_string(out, workflow_names[workflow_index(facts.hash)]);
    out += R"(,"status":")";
    out += is_known ? in : "HIBERNATING";
    out += R"(","created_at":")";
    append_time(out, facts.hash);
    out += runs ? R"(","runtime":null)" : R"(","runtime":"PT)" + std::to_string(facts.hash % 4000 + 3) + "S\"";
    out += R"(,"input_file_ids":[],"output_node_files":[],"job_type":")";
    out += is_known ? R"(scheduled"})" : R"(perpetual"})";
}

void content::append_details(std::string& out, const job_id& job, const job_facts& facts, vocabulary words) const
{
    auto in = status(facts);
    if (in == "COMPLETED")
        in = facts.records > 0 ? "COMPLETED_WITH_ERRORS" : "SUCCESS";
    out += R"({"id":)";
    append_id(out, job);
    out += R"(,"processing_status":")";
    out += words == vocabulary::of_vendor ? in : "HIBERNATING";
    out +=
        R"(","node_stats":[{"node_name":"Partitioner","node_type":"partition","node_subtype":"vlm","ready":0,"in_progress":0,)";
    append_number(out, "success", facts.hash % 900);
    out += ',';
    append_number(out, "failure", facts.records);
    out += R"(},{"node_name":"Chunker","node_type":"chunk","ready":0,"in_progress":0,)";
    append_number(out, "success", facts.hash % 900);
    out += R"(,"failure":0}],"message":null})";
}

void content::append_file_status(std::string& out, const job_id& job, const job_facts& facts, vocabulary words) const
{
    const bool is_known = words == vocabulary::of_vendor;
    const auto failed = std::min(facts.records, most_files_told);
    const auto files = failed == most_files_told ? failed : failed + facts.hash % 8;
    const auto partitioner = population{mix(facts.hash, for_kind), 1}.job(0);
    out += R"({"id":)";
    append_id(out, job);
    out += R"(,"files":[)";
    failed_file record;
    for (std::uint64_t i = 0; i < files; ++i) {
        make_failed_file(facts.hash, i, record);
        const std::string_view in = !is_known ? "HIBERNATING" : i < failed ? "FAILURE" : "SUCCESS";
        out += i == 0 ? R"({"record_id":)" : R"(,{"record_id":)";
        append_id(out, population{facts.hash, files}.job(i));
        out += R"(,"document":)";
        append_json_string(out, record.document);
        out += R"(,"status":")";
        out.append(in).append("\",");
        if (i < failed) {
            out += R"("error":)";
            append_json_string(out, record.error);
            out += ',';
        }
        append_number(out, "time_elapsed", mix(facts.hash, i) % 300);
        out += R"(,"current_node":{"id":)";
        append_id(out, partitioner);
        out += R"(,"status":")";
        out.append(in).append("\",");
        append_number(out, "tries", i < failed ? 3 : 1);
        out += R"(,"time_elapsed":1},"discovered_by_node_id":)";
        append_id(out, partitioner);
        out += '}';
    }
    out += R"(],"truncated":)";
    out += facts.records > failed ? "true" : "false";
    out += R"(,"index_finished":true,"generated_at":")";
    append_time(out, facts.hash);
    out += "\"}";
}

void content::append_refusal(std::string& out, const job_facts& facts)
{
    if (facts.hash % 4 == 0)
        out += R"({"detail":"Job is of a type that keeps no failed files"})";
    else
        out +=
            R"({"detail":[{"loc":["path","job_id",0],"msg":"Job is of a type that keeps no failed files","type":"value_error"}]})";
}

void content::append_truth(std::string& out, const job_id& job) const
{
    const auto known = facts(job);
    out += R"({"job_id":)";
    append_id(out, job);
    out += R"(,"outcome":")";
    out += to_string(known.kind);
    out += R"(","failed_files":[)";
    failed_file record;
    for (std::uint64_t i = 0; i < known.records; ++i) {
        make_failed_file(known.hash, i, record);
        out += i == 0 ? R"({"document":)" : R"(,{"document":)";
        append_json_string(out, record.document);
        out += R"(,"error":)";
        append_json_string(out, record.error);
        out += '}';
    }
    out += "]}";
}

failed_files_body::failed_files_body(std::uint64_t hash, std::uint64_t records) noexcept
    : hash_{hash}
    , records_{records}
    , form_{static_cast<unsigned>(mix(hash, for_form) % 16)}
    , style_{static_cast<json_style>(mix(hash, for_form) / 16 % 3)}
{}

bool failed_files_body::append(std::string& out, std::size_t size)
{
    if (!std::exchange(begun_, true)) {
        switch (form_) {
        case 0:
            out += R"({"total":)" + std::to_string(records_) + R"(,"failed_files":[)";
            break;
        case 1:
            out += R"({"links":{"failed_files":[{"document":"x","error":"y"}],"next":null},"failed_files":[)";
            break;
        case 2:
            out += "{\r\n  \"failed_files\" : [\n    ";
            break;
        default:
            out += R"({"failed_files":[)";
        }
    }
    while (written_ < records_ && out.size() < size)
        append_record(out);
    if (written_ < records_)
        return true;
    switch (form_) {
    case 2:
        out += "\n  ]\n}\n";
        break;
    case 3:
        out += R"(],"request_id":"6f\u0000\/","took":-1.25e-3,"more":[[],{},[true,false,null]]})";
        break;
    default:
        out += "]}";
    }
    return false;
}

void failed_files_body::append_record(std::string& out)
{
    make_failed_file(hash_, written_, record_);
    if (written_++ != 0)
        out += form_ == 2 ? " ,\n    " : ",";
    const bool error_first = form_ == 4;
    out += error_first ? R"({"error":)" : R"({"document":)";
    append_json_string(out, error_first ? record_.error : record_.document, style_);
    out += error_first ? R"(,"document":)" : R"(,"error":)";
    append_json_string(out, error_first ? record_.document : record_.error, style_);
    out += form_ == 5 ? R"(,"page":null,"retries":[1,2.5e3],"node":{"document":7,"error":[]}})" : "}";
}

}  // namespace jobaudit::emulator
