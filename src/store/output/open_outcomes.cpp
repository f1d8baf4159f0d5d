#include "store/input/input_error.hpp"
#include "store/output/open_output.hpp"
#include "store/output/outcome_file.hpp"
#include "store/sqlite/sqlite_outcomes.hpp"

#include <filesystem>
#include <system_error>

namespace jobaudit::store {

namespace {

/// A database that was cut to nothing, or whose beginning is damaged, is still known by its name.
bool is_database(const std::string& path)
{
    std::error_code cannot_tell;
    return is_sqlite_file(path) || (is_database_name(path) && std::filesystem::is_regular_file(path, cannot_tell));
}

}  // namespace

std::unique_ptr<outcome_source> open_outcomes(const std::string& path, run_choice run)
{
    if (path != "-" && is_database(path))
        return std::make_unique<sqlite_outcomes>(path, run);
    if (is_csv_name(path))
        throw input_error{"cannot read " + path +
                          ": it is CSV, which says less than a report needs: have the audit write NDJSON (.ndjson, "
                          ".ndjson.gz) or a database (.db), and `jobaudit report --csv` makes CSV of it"};
    if (run > 0)
        throw input_error{"cannot read " + path + ": it is no database: it holds one run alone"};
    return std::make_unique<outcome_file>(path);
}

}  // namespace jobaudit::store
