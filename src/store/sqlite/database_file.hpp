#pragma once

#include "store/output/output_error.hpp"
#include "store/owned_descriptor.hpp"

#include <string>

namespace jobaudit::store {

/// The file of a database that one audit writes: there, and locked (flock) as long as this lives.
///
/// It must outlive the connection: to close any descriptor of a file takes the locks of SQLite from it.
class database_file {
public:
    /// Makes `path` unless it is there; a link is followed once and for all. Throws output_error.
    explicit database_file(std::string path);
    database_file(const database_file&) = delete;
    database_file& operator=(const database_file&) = delete;

    /// Gives it up.
    ~database_file() { give_up(); }

    [[nodiscard]] const std::string& path() const noexcept { return path_; }

    /// Where it stands.
    [[nodiscard]] const std::string& folder() const noexcept { return folder_; }

    /// Whether its file system knows locks.
    [[nodiscard]] bool is_locked() const noexcept { return is_locked_; }

    /// Whether its path still names it.
    [[nodiscard]] bool is_in_place() const noexcept;

    /// Unlocks it; one that was made here and is still empty is removed.
    void give_up() noexcept;

    [[noreturn]] void refuse(output_error::reason why, const std::string& what) const;

private:
    std::string path_;
    std::string folder_;
    owned_descriptor descriptor_;
    bool was_made_ = false;
    bool is_locked_ = false;
};

}  // namespace jobaudit::store
