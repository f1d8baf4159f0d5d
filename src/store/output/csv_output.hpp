#pragma once

#include "store/job_ledger.hpp"
#include "store/output/text_output.hpp"

#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace jobaudit::store {

/// Writes outcomes as CSV: a row for each failed file with its job, one for a job that has none. The rows of a job
/// stand together, and each says how many failed files there are. Memory is flat, as in ndjson_output.
class csv_output final : public text_output {
public:
    /// Opens `path` as ndjson_output does.
    csv_output(std::string path, open_mode mode, job_ledger& ledger, sync_policy sync, compression kind);

    [[nodiscard]] std::unique_ptr<job_writer> make_writer() override;
    void write(const outcome& result) override;
    void write_invalid(std::string_view text, std::string_view where) override;

private:
    class writer;

    std::string folder_;
};

}  // namespace jobaudit::store
