#include "store/input/input_error.hpp"
#include "store/output/outcome_file.hpp"
#include "store/sqlite/sqlite_outcomes.hpp"

namespace jobaudit::store {

std::unique_ptr<outcome_source> open_outcomes(const std::string& path, run_choice run)
{
    if (path != "-" && is_sqlite_file(path))
        return std::make_unique<sqlite_outcomes>(path, run);
    if (run > 0)
        throw input_error{"cannot read " + path + ": it is no database: it holds one run alone"};
    return std::make_unique<outcome_file>(path);
}

}  // namespace jobaudit::store
