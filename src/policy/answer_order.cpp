#include "policy/answer_order.hpp"

#include "policy/connection_share.hpp"

namespace jobaudit::policy {

void answer_order::note_answer(connection_share& asker, const unproven_answer& passed_on)
{
    const bool is_own = responses_ == 1 && !irregular_ && !in_line_;
    if (is_own) {
        asker.note_quick_answer(latest_);
        return;
    }
    asker_ = &asker;
    unproven_.push_back(passed_on);
    if (in_line_)
        return;
    quickest_ = std::min(quickest_, latest_);
    came_early_ = came_early_ || asker.is_early(latest_);
}

void answer_order::prove() noexcept
{
    if (!unproven_.empty() && quickest_ != duration::max())
        asker_->note_quick_answer(quickest_);
    unproven_.clear();
    responses_ = 0;
    slowest_ = {};
    quickest_ = duration::max();
    in_line_ = irregular_ = came_early_ = false;
}

}  // namespace jobaudit::policy
