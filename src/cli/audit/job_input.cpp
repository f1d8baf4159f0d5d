#include "cli/audit/job_input.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace jobaudit::cli {

job_input::job_input(std::vector<std::string> arguments, const std::vector<std::string>& files,
                     const std::string& column, store::job_ledger& ledger,
                     const store::job_file::invalid_handler& on_invalid)
{
    if (!arguments.empty())
        sources_.push_back(std::make_unique<store::job_file>(std::move(arguments), ledger, on_invalid));
    for (const auto& file : files)
        add_file(file, {column, files.size() > 1}, ledger, on_invalid);
}

void job_input::add_file(const std::string& file, const store::job_file_options& options, store::job_ledger& ledger,
                         const store::job_file::invalid_handler& on_invalid)
{
    try {
        sources_.push_back(std::make_unique<store::job_file>(file, ledger, on_invalid, options));
    } catch (const store::column_error& error) {
        throw store::input_error{std::string{error.what()} + "; name the one of the job IDs with --column NAME"};
    }
    if (sources_.size() > 1)
        sources_.back()->release();
}

std::size_t job_input::read(std::span<job_id> out)
{
    for (; current_ < sources_.size(); ++current_) {
        try {
            if (const auto count = sources_[current_]->read(out); count > 0)
                return count;
        } catch (const store::input_error&) {
            // Its text is kept there.
        }
    }
    return 0;
}

bool job_input::may_block() const noexcept
{
    return std::ranges::any_of(sources_, [](const auto& source) { return source->may_block(); });
}

void job_input::interrupt() noexcept
{
    for (const auto& source : sources_)
        source->interrupt();
}

bool job_input::was_read_to_end() const noexcept
{
    return current_ == sources_.size() &&
           std::ranges::none_of(sources_, [](const auto& source) { return source->was_interrupted(); });
}

std::uint64_t job_input::drain()
{
    std::array<job_id, 256> rest{};
    std::uint64_t left = 0;
    while (const auto count = read(rest))
        left += count;
    return left;
}

store::job_file_counts job_input::counts() const noexcept
{
    store::job_file_counts all;
    for (const auto& source : sources_) {
        const auto one = source->counts();
        all.given += one.given;
        all.duplicates += one.duplicates;
        all.invalid += one.invalid;
        all.resumed += one.resumed;
    }
    return all;
}

std::optional<std::uint64_t> job_input::estimated_total() const noexcept
{
    const auto known = counts();
    if (current_ >= sources_.size())
        return known.given + known.invalid + known.resumed;

    std::uint64_t total = 0;
    for (const auto& source : sources_) {
        const auto one = source->estimated_total();
        if (!one)
            return std::nullopt;
        total += *one;
    }
    return total > known.duplicates ? total - known.duplicates : 0;
}

std::string job_input::failure() const
{
    for (const auto& source : sources_)
        if (!source->failure().empty())
            return source->failure();
    return {};
}

}  // namespace jobaudit::cli
