#include "store/output/csv_reader.hpp"

#include <algorithm>
#include <charconv>
#include <system_error>
#include <utility>

namespace jobaudit::store {

namespace {

// Longer than any text that is looked at.
constexpr std::size_t most_kept = 1024;

constexpr std::size_t columns = 13;
constexpr std::size_t job_column = 0;
constexpr std::size_t outcome_column = 1;
constexpr std::size_t count_column = 12;

}  // namespace

csv_reader::csv_reader(checksum_match* checksums, std::function<void(const csv_job&)> on_job)
    : checksums_{checksums}
    , on_job_{std::move(on_job)}
    , checksum_{checksums != nullptr ? checksums->kind() : checksum_kind::xxh3}
{}

void csv_reader::take(std::string_view block)
{
    while (!block.empty()) {
        std::size_t size = 0;
        while (size < block.size() && !row_ended_)
            take_character(block[size++]);
        bytes_ += size;
        // The line break of a job's last row is no part of its checksum.
        checksum_.update(block.substr(0, size - (row_ended_ ? 1 : 0)));
        if (std::exchange(row_ended_, false))
            end_row();
        block.remove_prefix(size);
    }
}

resume_point csv_reader::finish()
{
    point_.torn = bytes_;
    return point_;
}

void csv_reader::take_character(char c)
{
    switch (state_) {
    case state::field_start:
    case state::bare:
        if (c == '"' && state_ == state::field_start) {
            state_ = state::quoted;
            return;
        }
        state_ = state::bare;
        break;
    case state::quoted:
        if (c == '"') {
            state_ = state::quote_in_quotes;
            return;
        }
        break;
    case state::quote_in_quotes:
        if (c != '"' && c != ',' && c != '\r')
            refuse("text stands behind a closing quote");
        state_ = c == '"' ? state::quoted : state::bare;
        break;
    case state::line_break:
        if (c != '\n')
            refuse("a carriage return stands alone");
        row_ended_ = true;
        return;
    }
    if (state_ == state::bare && c == ',')
        end_field();
    else if (state_ == state::bare && c == '\r')
        state_ = state::line_break;
    else if (state_ == state::bare && (c == '"' || c == '\n'))
        refuse("a field holds what is to be quoted");
    else if (auto* kept = kept_field(); kept != nullptr && kept->size() < most_kept)
        *kept += c;
}

std::string* csv_reader::kept_field() noexcept
{
    switch (column_) {
    case job_column:
        return &row_.name;
    case outcome_column:
        return &row_.outcome;
    case count_column:
        return &row_.failed_files;
    default:
        return nullptr;
    }
}

void csv_reader::end_field() noexcept
{
    ++column_;
    state_ = state::field_start;
}

void csv_reader::end_row()
{
    end_field();
    if (std::exchange(column_, 0) != columns)
        refuse("it does not have " + std::to_string(columns) + " fields");
    if (rows_ == 0)
        check_heading();
    else if (rows_left_ == 0)
        begin_job();
    else if (row_ != first_row_)
        refuse("rows of the job before are missing");
    ++rows_;
    row_ = {};
    if (rows_left_ > 0 && --rows_left_ > 0) {
        checksum_.update("\n");
        return;
    }
    if (rows_ > 1)
        end_job();
    checksum_.restart();
    point_.size += std::exchange(bytes_, 0);
}

void csv_reader::check_heading() const
{
    if (row_ != kept_fields{"job_id", "outcome", "failed_files"})
        refuse("it does not name the columns of `jobaudit audit`");
}

void csv_reader::begin_job()
{
    const auto kind = parse_outcome_kind(row_.outcome);
    const auto& count = row_.failed_files;
    std::uint64_t files = 0;
    const auto [end, error] = std::from_chars(count.data(), count.data() + count.size(), files);
    if (!kind || error != std::errc{} || end != count.data() + count.size())
        refuse("it has no outcome, or no number of failed files");
    first_row_ = row_;
    job_ = {row_.name, *kind, files};
    rows_left_ = std::max<std::uint64_t>(files, 1);
}

void csv_reader::end_job()
{
    if (checksums_ != nullptr && checksums_->check(checksum_.value()) == checksum_match::result::different)
        throw line_error{line_error::reason::changed, rows_, "its job differs from its checksum"};
    ++point_.lines;
    on_job_(job_);
}

void csv_reader::refuse(const std::string& problem) const
{
    throw line_error{line_error::reason::malformed, rows_ + 1, problem};
}

}  // namespace jobaudit::store
