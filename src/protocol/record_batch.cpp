#include "protocol/record_batch.hpp"

#include "protocol/failed_files_reader.hpp"

#include <algorithm>
#include <functional>
#include <span>
#include <utility>

namespace jobaudit::protocol {
namespace {

// More than this is given back once it is no longer needed: one enormous string must not weigh on every connection for
// ever.
constexpr std::size_t kept_capacity_limit = 4 * record_batch::kept_limit;

}  // namespace

void record_batch::clear() noexcept
{
    records_[0] = {};
    complete_ = 0;
    kept_.clear();
    for (auto* memory : {&kept_, &spare_}) {
        if (memory->capacity() > kept_capacity_limit)
            std::vector<char>{}.swap(*memory);
    }
}

void record_batch::append(field which, std::string_view part)
{
    if (part.empty())
        return;
    make_room(part.size());
    auto& text = text_of(which);
    const std::size_t start = kept_.size() - text.size();
    kept_.insert(kept_.end(), part.begin(), part.end());
    text = {kept_.data() + start, text.size() + part.size()};
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

// What belongs to the record that is being read becomes all that is kept. Of its strings only the one that came last
// may grow further: it goes to the end.
void record_batch::keep_current()
{
    failed_file_view current = records_[complete_];
    auto* first = &current.document;
    auto* second = &current.error;
    if (is_kept(*first) && !(is_kept(*second) && first->data() < second->data()))
        std::swap(first, second);
    spare_.clear();
    spare_.reserve(first->size() + second->size());
    for (auto* text : {first, second}) {
        const std::size_t start = spare_.size();
        spare_.insert(spare_.end(), text->begin(), text->end());
        *text = {spare_.data() + start, text->size()};
    }
    kept_.swap(spare_);
    records_[0] = current;
    complete_ = 0;
}

}  // namespace jobaudit::protocol
