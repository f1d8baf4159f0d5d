#include "report/report_builder.hpp"

#include "grouping/error_words.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <tuple>
#include <utility>

namespace jobaudit::report {

namespace {

constexpr std::size_t pending_limit = 64 * 1024;
constexpr std::uint32_t end_of_job = 0xFFFF'FFFF;
constexpr std::size_t longest_extension = 10;
// Times of jobs are kept to 2 %.
constexpr double steps_of_time = 50;

std::string extension_of(std::string_view document)
{
    const auto name = grouping::last_part(document);
    const auto dot = name.rfind('.');
    if (dot == std::string_view::npos || dot == 0 || name.size() - dot - 1 > longest_extension)
        return {};
    std::string extension{name.substr(dot + 1)};
    for (char& c : extension) {
        if (!grouping::is_letter(c) && !grouping::is_digit(c))
            return {};
        c = grouping::is_upper(c) ? static_cast<char>(c - 'A' + 'a') : c;
    }
    return extension;
}

/// `2026-11-29` of an ISO 8601 date and time; empty for anything else.
std::string day_of(std::string_view created_at)
{
    constexpr std::string_view form = "0000-00-00";
    if (created_at.size() < form.size())
        return {};
    for (std::size_t i = 0; i < form.size(); ++i)
        if (form[i] == '0' ? !grouping::is_digit(created_at[i]) : created_at[i] != form[i])
            return {};
    return std::string{created_at.substr(0, form.size())};
}

}  // namespace

/// Counts, over the notes, the jobs of each reason, and the reasons of each group.
class report_builder::reason_counts {
public:
    explicit reason_counts(report_builder& builder) : builder_{builder}, in_job_(builder.report_.reasons.size()) {}

    void take_file(std::uint32_t error)
    {
        const auto reason = builder_.reason_of_number_[error];
        if (in_job_[reason]++ == 0) {
            of_job_.push_back(reason);
            ++builder_.report_.reasons[reason].jobs;
        }
    }

    void end_job(groups_of_job groups)
    {
        for (const auto reason : of_job_) {
            const auto count = std::exchange(in_job_[reason], 0);
            builder_.workflows_[groups.workflow].reasons[reason] += count;
            builder_.days_[groups.day].reasons[reason] += count;
        }
        of_job_.clear();
    }

private:
    report_builder& builder_;
    std::vector<std::uint64_t> in_job_;  // failed files of the job by reason
    std::vector<std::uint32_t> of_job_;  // its reasons
};

report_builder::report_builder(report_limits limits)
    : limits_{limits}, notes_{"/var/tmp", "a report of so many failed files needs: make room there"}
{}

void report_builder::add_note(std::uint32_t number)
{
    std::array<char, sizeof number> bytes{};
    std::memcpy(bytes.data(), &number, bytes.size());
    pending_notes_.append(bytes.data(), bytes.size());
    if (pending_notes_.size() >= pending_limit) {
        notes_.append(pending_notes_);
        pending_notes_.clear();
    }
}

void report_builder::end_job(groups_of_job groups)
{
    add_note(end_of_job);
    add_note(groups.workflow);
    add_note(groups.day);
}

void report_builder::for_each_note(const std::function<void(std::uint32_t)>& take_file,
                                   const std::function<void(groups_of_job)>& take_job) const
{
    std::string begun;
    const auto take_piece = [&](std::string_view piece) {
        begun += piece;
        std::size_t at = 0;
        for (std::array<std::uint32_t, 3> each{}; begun.size() - at >= sizeof each[0];) {
            std::memcpy(each.data(), begun.data() + at, std::min(sizeof each, begun.size() - at));
            if (each[0] != end_of_job) {
                take_file(each[0]);
                at += sizeof each[0];
            } else if (begun.size() - at >= sizeof each) {
                take_job({each[1], each[2]});
                at += sizeof each;
            } else {
                break;
            }
        }
        begun.erase(0, at);
    };
    notes_.read(take_piece);
    take_piece(pending_notes_);
}

void report_builder::on_failed_file(std::string_view document, std::string_view error)
{
    add_file(document, errors_.add(document, error));
}

void report_builder::on_grouped_file(std::string_view document, std::string_view error, std::uint32_t text)
{
    errors_.add_known(text, error);
    add_file(document, text);
}

void report_builder::add_file(std::string_view document, std::uint32_t error)
{
    documents_.add(document, error);
    add_note(error);
    ++types_[extension_of(document)];
    ++files_of_job_;
}

std::uint32_t report_builder::group_of(std::vector<group>& groups, std::map<std::string, std::uint32_t>& numbers,
                                       const std::string& id, const std::string& name)
{
    const auto [at, is_new] = numbers.try_emplace(id.empty() ? name : id, static_cast<std::uint32_t>(groups.size()));
    if (is_new)
        groups.push_back({{.id = id, .name = name}, {}});
    return at->second;
}

void report_builder::on_job(const store::outcome_line& job)
{
    const auto workflow = group_of(workflows_, workflow_numbers_, job.workflow_id, job.workflow_name);
    const auto day = group_of(days_, day_numbers_, {}, day_of(job.created_at));
    const auto files = std::exchange(files_of_job_, 0);
    for (auto* each : {&workflows_[workflow].figures, &days_[day].figures}) {
        ++each->jobs;
        each->failed_files += files;
        each->jobs_with_failures += files > 0 ? 1 : 0;
        each->jobs_without_list += job.kind != outcome_kind::ok ? 1 : 0;
    }
    if (files > 0)
        end_job({workflow, day});

    ++report_.jobs;
    ++report_.outcomes[static_cast<std::size_t>(job.kind)];
    report_.failed_files += files;
    report_.jobs_with_failures += files > 0 ? 1 : 0;
    report_.attempts += job.attempts;
    report_.jobs_retried += job.attempts > 1 ? 1 : 0;
    if (job.kind == outcome_kind::ok)
        add_time(job.elapsed_ms);
    else if (report_.no_list.size() < limits_.jobs_without_list)
        report_.no_list.push_back({job.job, job.kind, job.http_status, job.message});
}

void report_builder::add_time(double milliseconds)
{
    ++timed_jobs_;
    ++times_[static_cast<int>(std::lround(std::log(std::max(milliseconds, 0.05)) * steps_of_time))];
    report_.times.longest = std::max(report_.times.longest, milliseconds);
}

job_times report_builder::times() const
{
    const auto at = [this](double share) {
        auto left = static_cast<std::uint64_t>(std::ceil(share * static_cast<double>(timed_jobs_)));
        for (const auto& [step, jobs] : times_) {
            if (left <= jobs)
                return std::min(std::exp(step / steps_of_time), report_.times.longest);
            left -= jobs;
        }
        return report_.times.longest;
    };
    return {at(0.5), at(0.9), at(0.99), report_.times.longest};
}

void report_builder::for_each_reason(const std::function<void(std::uint32_t)>& take) const
{
    for_each_note([&](std::uint32_t error) { take(reason_of_number_[error]); }, [](groups_of_job) {});
}

void report_builder::find_reasons()
{
    auto found = errors_.find();
    reason_of_number_ = std::move(found.of_number);
    std::array<family_figures, grouping::error_families> families{};
    for (auto& each : found.reasons) {
        auto& family = families[static_cast<std::size_t>(each.family)];
        family.family = each.family;
        family.failed_files += each.failed_files;
        ++family.reasons;
        report_.reasons.push_back(
            {std::move(each.text), each.family, each.failed_files, 0, 0, std::move(each.example)});
    }
    std::ranges::copy_if(families, std::back_inserter(report_.families),
                         [](const family_figures& each) { return each.reasons > 0; });
    std::ranges::stable_sort(report_.families, std::ranges::greater{}, &family_figures::failed_files);
}

void report_builder::take_groups(std::vector<group>& groups, std::vector<job_group>& into)
{
    for (auto& each : groups) {
        std::uint64_t most = 0;
        for (const auto& [reason, files] : each.reasons)
            if (files > most || (files == most && reason < each.figures.commonest_reason)) {
                most = files;
                each.figures.commonest_reason = reason;
            }
        into.push_back(std::move(each.figures));
    }
}

failure_report report_builder::finish()
{
    find_reasons();
    reason_counts counts{*this};
    for_each_note([&](std::uint32_t error) { counts.take_file(error); },
                  [&](groups_of_job groups) { counts.end_job(groups); });
    auto documents = documents_.count(reason_of_number_, report_.reasons.size(), limits_.documents);
    report_.documents = documents.documents;
    report_.worst = std::move(documents.worst);
    for (std::size_t i = 0; i < report_.reasons.size(); ++i)
        report_.reasons[i].documents = documents.documents_of_reason[i];

    take_groups(workflows_, report_.workflows);
    std::ranges::sort(report_.workflows, std::ranges::less{}, [](const job_group& each) {
        return std::tuple{-static_cast<std::int64_t>(each.failed_files), std::string_view{each.name},
                          std::string_view{each.id}};
    });
    take_groups(days_, report_.days);
    std::ranges::sort(report_.days, std::ranges::less{}, &job_group::name);
    for (auto& [extension, files] : types_)
        report_.types.push_back({extension, files});
    std::ranges::sort(report_.types, std::ranges::less{}, [](const file_type_figures& each) {
        return std::pair{-static_cast<std::int64_t>(each.failed_files), std::string_view{each.extension}};
    });
    report_.times = times();
    return std::move(report_);
}

}  // namespace jobaudit::report
