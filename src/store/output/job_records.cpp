#include "store/output/job_records.hpp"

#include <array>
#include <cstdint>
#include <cstring>
#include <utility>

namespace jobaudit::store {

namespace {

using encoded_size = std::uint32_t;
constexpr std::size_t head_size = 2 * sizeof(encoded_size);

encoded_size size_at(std::string_view text, std::size_t at) noexcept
{
    encoded_size size = 0;
    std::memcpy(&size, text.data() + at, sizeof size);
    return size;
}

/// Gives the whole records of the text, and how many bytes they take.
std::size_t take_records(std::string_view text, const job_records::record_visitor& take)
{
    std::array<failed_file_view, job_records::most_at_once> records;
    std::size_t count = 0;
    std::size_t at = 0;
    while (text.size() - at >= head_size) {
        const std::size_t document = size_at(text, at);
        const std::size_t error = size_at(text, at + sizeof(encoded_size));
        if (text.size() - at - head_size < document + error)
            break;
        records[count++] = {text.substr(at + head_size, document), text.substr(at + head_size + document, error)};
        at += head_size + document + error;
        if (count == records.size())
            take({records.data(), std::exchange(count, 0)});
    }
    if (count > 0)
        take({records.data(), count});
    return at;
}

}  // namespace

job_records::job_records(job_records&& other) noexcept
    : pool_{other.pool_}
    , folder_{other.folder_}
    , text_{std::exchange(other.text_, {})}
    , spilled_{std::exchange(other.spilled_, std::nullopt)}
    , count_{std::exchange(other.count_, 0)}
    , is_long_{std::exchange(other.is_long_, false)}
{}

job_records job_records::take_all()
{
    if (is_long_ || spilled_)
        return std::move(*this);
    job_records all{*pool_, *folder_};
    all.text_.assign(text_);
    all.count_ = count_;
    clear();
    return all;
}

void job_records::add_size(std::size_t size)
{
    const auto encoded = static_cast<encoded_size>(size);
    std::array<char, sizeof encoded> bytes{};
    std::memcpy(bytes.data(), &encoded, bytes.size());
    text_.append(bytes.data(), bytes.size());
}

bool job_records::may_be_long()
{
    if (text_.size() > line_pool::long_line_limit || spilled_)
        return false;
    if (!is_long_)
        is_long_ = pool_->take_permit();
    return is_long_;
}

void job_records::append(std::span<const failed_file_view> records)
{
    if (records.empty())
        return;
    if (text_.capacity() < line_pool::line_capacity)
        text_ = pool_->take();
    for (const auto& each : records) {
        add_size(each.document.size());
        add_size(each.error.size());
        text_ += each.document;
        text_ += each.error;
        if (text_.size() > line_pool::line_limit && !may_be_long()) {
            if (!spilled_)
                spilled_.emplace(*folder_);
            spilled_->append(text_);
            text_.clear();
        }
    }
    count_ += records.size();
}

void job_records::for_each(const record_visitor& take) const
{
    std::string begun;
    if (spilled_)
        spilled_->read([&](std::string_view piece) {
            begun += piece;
            begun.erase(0, take_records(begun, take));
        });
    // What was spilled ends with a whole record.
    (void)take_records(text_, take);
}

void job_records::clear() noexcept
{
    count_ = 0;
    spilled_.reset();
    if (text_.capacity() >= line_pool::line_capacity)
        pool_->give_back(std::exchange(text_, {}));
    text_.clear();
    if (std::exchange(is_long_, false))
        pool_->give_permit_back();
}

}  // namespace jobaudit::store
