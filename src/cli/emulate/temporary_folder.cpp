#include "cli/emulate/temporary_folder.hpp"

#include "cli/failure.hpp"
#include "cli/process/system_error.hpp"

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <system_error>

namespace jobaudit::cli {
namespace {

std::string made_folder()
{
    std::error_code error;
    const auto parent = std::filesystem::temp_directory_path(error);
    if (error)
        throw failure{exit_code::output_failed, "there is no folder for temporary files: set TMPDIR to one"};
    auto path = (parent / "jobaudit-XXXXXX").string();
    if (::mkdtemp(path.data()) == nullptr)
        throw failure{exit_code::output_failed, "no folder can be made in \"" + parent.string() +
                                                    "\": " + system_error_text(errno) + "; set TMPDIR to another one"};
    return path;
}

}  // namespace

temporary_folder::temporary_folder() : path_{made_folder()} {}

temporary_folder::~temporary_folder()
{
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

}  // namespace jobaudit::cli
