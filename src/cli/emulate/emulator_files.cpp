#include "cli/emulate/emulator_files.hpp"

#include "cli/failure.hpp"
#include "cli/process/system_error.hpp"
#include "store/output/ndjson_line.hpp"

#include <cerrno>
#include <cstdio>
#include <memory>
#include <string_view>

namespace jobaudit::cli {
namespace {

struct closes_file {
    void operator()(std::FILE* file) const noexcept { (void)std::fclose(file); }
};

/// A line for each job of an emulator; there may be more of them than memory holds.
class line_file {
public:
    explicit line_file(std::string path) : path_{std::move(path)}, file_{std::fopen(path_.c_str(), "wb")}
    {
        if (!file_)
            fail();
    }

    void write(std::string_view line)
    {
        if (std::fwrite(line.data(), 1, line.size(), file_.get()) != line.size())
            fail();
    }

    void close()
    {
        if (std::fclose(file_.release()) != 0)
            fail();
    }

private:
    [[noreturn]] void fail() const
    {
        throw failure{exit_code::output_failed, "\"" + path_ + "\" cannot be written: " + system_error_text(errno)};
    }

    std::string path_;
    std::unique_ptr<std::FILE, closes_file> file_;
};

std::string truth_line(const emulator::job_truth& truth)
{
    auto line =
        "{\"job_id\":\"" + truth.job.to_string() + "\",\"outcome\":\"" + std::string{to_string(truth.kind)} + '"';
    if (truth.kind == outcome_kind::ok) {
        line += ",\"failed_files\":[";
        for (const auto& file : truth.failed_files) {
            line += line.ends_with('[') ? "" : ",";
            store::append_failed_file(line, {file.document, file.error});
        }
        line += ']';
    }
    return line + "}\n";
}

}  // namespace

void write_job_ids(const std::string& path, const emulator::emulator& server)
{
    line_file file{path};
    for (std::uint64_t i = 0; i < server.jobs(); ++i)
        file.write(server.job(i).to_string() + '\n');
    file.close();
}

void write_truth(const std::string& path, const emulator::emulator& server)
{
    line_file file{path};
    for (std::uint64_t i = 0; i < server.jobs(); ++i)
        file.write(truth_line(server.truth(server.job(i))));
    file.close();
}

}  // namespace jobaudit::cli
