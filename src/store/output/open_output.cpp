#include "store/output/open_output.hpp"

#include "store/compression/compression.hpp"
#include "store/output/csv_output.hpp"
#include "store/output/ndjson_output.hpp"
#include "store/sqlite/sqlite_output.hpp"

#include <string_view>

namespace jobaudit::store {

bool is_database_name(const std::string& path) noexcept
{
    for (const std::string_view ending : {".db", ".sqlite", ".sqlite3"})
        if (path.ends_with(ending))
            return true;
    return false;
}

bool is_csv_name(std::string_view path) noexcept
{
    if (compression_of_name(path) != compression::none)
        path.remove_suffix(path.size() - path.rfind('.'));
    return path.ends_with(".csv");
}

std::unique_ptr<audit_output> open_output(const std::string& path, open_mode mode, job_ledger& ledger, sync_policy sync)
{
    if (is_database_name(path))
        return std::make_unique<sqlite_output>(path, mode, ledger, sync);
    if (is_csv_name(path))
        return std::make_unique<csv_output>(path, mode, ledger, sync, compression_of_name(path));
    return std::make_unique<ndjson_output>(path, mode, ledger, sync, compression_of_name(path));
}

}  // namespace jobaudit::store
