#include "protocol/record_batch.hpp"

#include "protocol/failed_files_reader.hpp"

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
            std::string{}.swap(*memory);  // an assignment would keep the capacity
    }
}

void record_batch::append(field which, std::string_view part)
{
    text& to = which == field::document ? records_[complete_].document : records_[complete_].error;
    if (to.size == 0)
        to.at = kept_.size();
    kept_.append(part);
    to.size += part.size();
}

void record_batch::refer(field which, std::string_view whole) noexcept
{
    text& to = which == field::document ? records_[complete_].document : records_[complete_].error;
    to = {whole.data(), 0, whole.size()};
}

void record_batch::finish_record() noexcept { records_[++complete_] = {}; }

std::string_view record_batch::view(const text& of) const noexcept
{
    return {of.input != nullptr ? of.input : kept_.data() + of.at, of.size};
}

void record_batch::flush(record_consumer& consumer)
{
    for (std::size_t i = 0; i < complete_; ++i)
        views_[i] = {view(records_[i].document), view(records_[i].error), records_[i].json};
    if (complete_ != 0)
        consumer.on_records(std::span<const failed_file_view>{views_.data(), complete_});
    keep_current();
}

// What belongs to the record that is being read becomes all that is kept. Of its strings only the one that came last
// may grow further: it goes to the end.
void record_batch::keep_current()
{
    record current = records_[complete_];
    text* first = &current.document;
    text* second = &current.error;
    if (first->input == nullptr && (second->input != nullptr || second->at < first->at))
        std::swap(first, second);
    spare_.clear();
    move_to_spare(*first);
    move_to_spare(*second);
    kept_.swap(spare_);
    records_[0] = current;
    complete_ = 0;
}

void record_batch::move_to_spare(text& of)
{
    const std::size_t at = spare_.size();
    spare_.append(view(of));
    of = {nullptr, at, of.size};
}

}  // namespace jobaudit::protocol
