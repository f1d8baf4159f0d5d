#include "protocol/record_batch.hpp"

#include "protocol/failed_files_reader.hpp"
#include "protocol/string_escapes.hpp"

#include <algorithm>
#include <functional>
#include <span>

namespace jobaudit::protocol {
namespace {

// More than this is given back once it is no longer needed: one enormous string must not weigh on every connection for
// ever.
constexpr std::size_t kept_capacity_limit = 4 * record_batch::kept_limit;

constexpr std::array both_fields{record_batch::field::document, record_batch::field::error};

}  // namespace

void record_batch::clear() noexcept
{
    records_[0] = {};
    complete_ = 0;
    kept_.clear();
    is_growing_ = has_long_record_ = false;
    give_back_long_ones();
}

void record_batch::give_back_long_ones() noexcept
{
    if (kept_.capacity() > kept_capacity_limit)
        std::vector<char>{}.swap(kept_);
    for (auto& each : growing_)
        if (each.capacity() > kept_capacity_limit)
            std::string{}.swap(each);
}

void record_batch::append(field which, std::string_view part)
{
    if (part.empty())
        return;
    auto& own = growing(which);
    auto& text = text_of(which);
    if (!is_growing(which))
        own.assign(text);
    own += part;
    text = own;
    is_growing_ = true;
}

void record_batch::keep(field which, std::string_view whole)
{
    make_room(whole.size());
    const std::size_t start = kept_.size();
    kept_.insert(kept_.end(), whole.begin(), whole.end());
    text_of(which) = {kept_.data() + start, whole.size()};
}

void record_batch::keep_unescaped(field which, std::string_view spelled)
{
    make_room(spelled.size());
    const std::size_t start = kept_.size();
    kept_.resize(start + spelled.size());
    const char* const end = write_unescaped(spelled, kept_.data() + start);
    kept_.resize(static_cast<std::size_t>(end - kept_.data()));
    text_of(which) = {kept_.data() + start, kept_.size() - start};
}

void record_batch::finish_growing()
{
    is_growing_ = false;
    for (const auto which : both_fields) {
        if (!is_growing(which))
            continue;
        // A long string stays where it is until the flush that follows.
        if (growing(which).size() >= kept_limit)
            has_long_record_ = true;
        else
            keep(which, growing(which));
    }
}

bool record_batch::is_growing(field which) noexcept
{
    const auto& text = text_of(which);
    return !text.empty() && text.data() == growing(which).data();
}

bool record_batch::is_kept(std::string_view text) const noexcept
{
    const std::less<> before;
    return !text.empty() && !before(text.data(), kept_.data()) && before(text.data(), kept_.data() + kept_.size());
}

// The records' texts follow the memory to where it moves.
void record_batch::make_room(std::size_t size)
{
    if (kept_.capacity() - kept_.size() >= size)
        return;
    std::vector<char> larger;
    larger.reserve(std::max(2 * kept_.capacity(), kept_.size() + size));
    larger.assign(kept_.begin(), kept_.end());
    for (std::size_t i = 0; i <= complete_; ++i)
        for (auto* text : {&records_[i].document, &records_[i].error})
            if (is_kept(*text))
                *text = {larger.data() + (text->data() - kept_.data()), text->size()};
    kept_.swap(larger);
}

void record_batch::flush(record_consumer& consumer)
{
    if (complete_ != 0)
        consumer.on_records(std::span<const failed_file_view>{records_.data(), complete_});
    keep_current();
}

// Of the record that is being read, what is not growing yet may grow further.
void record_batch::keep_current()
{
    if (has_long_record_)
        give_back_long_ones();
    has_long_record_ = false;
    for (const auto which : both_fields) {
        auto& text = text_of(which);
        if (text.empty() || is_growing(which))
            continue;
        growing(which).assign(text);
        text = growing(which);
        is_growing_ = true;
    }
    records_[0] = records_[complete_];
    complete_ = 0;
    kept_.clear();
}

}  // namespace jobaudit::protocol
