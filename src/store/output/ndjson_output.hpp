#pragma once

#include "store/job_ledger.hpp"
#include "store/output/text_output.hpp"

#include <memory>
#include <string>
#include <string_view>

namespace jobaudit::store {

/// Writes outcomes as NDJSON, one line a job. Memory is flat however many failed files a job has: what does not fit
/// into line_pool's bounds grows in a temporary file in the output's folder.
class ndjson_output final : public text_output {
public:
    /// Opens `path` (`-`: stdout). With open_mode::resume, records in `ledger` what the file holds, which is left as it
    /// is until begin() is called, or something is written. Throws output_error; nothing was changed in the file then.
    ndjson_output(std::string path, open_mode mode, job_ledger& ledger, sync_policy sync = sync_policy::never,
                  compression kind = compression::none);

    [[nodiscard]] std::unique_ptr<job_writer> make_writer() override;
    void write(const outcome& result) override;
    void write_invalid(std::string_view text, std::string_view where) override;

private:
    class writer;
};

}  // namespace jobaudit::store
