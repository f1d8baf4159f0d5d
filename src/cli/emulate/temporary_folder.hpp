#pragma once

#include <string>

namespace jobaudit::cli {

/// A folder of its own below the system's one for temporary files, readable by this user alone; removed with all that
/// is in it.
class temporary_folder {
public:
    /// Throws failure.
    temporary_folder();
    temporary_folder(const temporary_folder&) = delete;
    temporary_folder& operator=(const temporary_folder&) = delete;
    ~temporary_folder();

    /// The path of a file in it.
    [[nodiscard]] std::string file(const std::string& name) const { return path_ + '/' + name; }

private:
    std::string path_;
};

}  // namespace jobaudit::cli
