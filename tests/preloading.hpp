#pragma once

#include <filesystem>
#include <map>
#include <string>

namespace jobaudit::test {

/// The environment in which a process loads the library in `file` before all others. The variable LD_PRELOAD takes a
/// blank for the end of a name (ld.so(8)): a folder whose path has one can only be given as a place to search.
inline std::map<std::string, std::string> preloading(const std::filesystem::path& file)
{
    return {{"LD_PRELOAD", file.filename().string()}, {"LD_LIBRARY_PATH", file.parent_path().string()}};
}

}  // namespace jobaudit::test
