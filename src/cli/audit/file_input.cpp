#include "cli/audit/file_input.hpp"

namespace jobaudit::cli {

any_job_source file_input::open(client& asks)
{
    if (!jobs_.may_block())
        return jobs_;
    background_.emplace(jobs_, asks.get_executor());
    return [this] { return background_->next(); };
}

void file_input::interrupt()
{
    if (background_)
        background_->interrupt();
}

std::uint64_t file_input::count_rest() { return background_ ? background_->count_rest() : jobs_.drain(); }

}  // namespace jobaudit::cli
