#pragma once

#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace jobaudit::store {

/// What SQLite reports: what() is its text.
class sqlite_error : public std::runtime_error {
public:
    sqlite_error(int code, int system_error, const std::string& text)
        : std::runtime_error{text}, code_{code}, system_error_{system_error}
    {}

    /// Whether the file is no database, or is not as SQLite wrote it.
    [[nodiscard]] bool is_damage() const noexcept;

    /// Whether another process held the file for too long.
    [[nodiscard]] bool is_busy() const noexcept;

    /// The errno value of the call that failed; 0 where none did.
    [[nodiscard]] int system_error() const noexcept { return system_error_; }

private:
    int code_;
    int system_error_;
};

/// One statement of SQL, to be run any number of times: bind, step until it gives false, reset.
class sqlite_statement {
public:
    sqlite_statement(sqlite3* database, std::string_view sql);

    /// Parameters are counted from 1. A text is not copied: it must live until reset().
    sqlite_statement& bind(int parameter, std::int64_t value);
    sqlite_statement& bind(int parameter, double value);
    sqlite_statement& bind(int parameter, std::string_view text);
    sqlite_statement& bind_null(int parameter);
    /// NULL for an empty text.
    sqlite_statement& bind_known(int parameter, std::string_view text);

    /// Whether there is a row more. Throws sqlite_error.
    bool step();
    void reset() noexcept;
    /// Steps to the end, and resets.
    void run();

    /// Columns are counted from 0. A text is valid until the next step.
    [[nodiscard]] std::int64_t integer(int column) const noexcept;
    [[nodiscard]] double real(int column) const noexcept;
    [[nodiscard]] std::string_view text(int column) const noexcept;
    [[nodiscard]] bool is_null(int column) const noexcept;

private:
    struct finalizer {
        void operator()(sqlite3_stmt* statement) const noexcept;
    };

    void check(int result) const;

    std::unique_ptr<sqlite3_stmt, finalizer> statement_;
};

/// A connection to a database file. Thread safety: none.
class sqlite_database {
public:
    enum class access : std::uint8_t {
        read,            ///< of a file that others may write meanwhile
        read_immutable,  ///< of a file that nobody writes, on a disk that cannot be written
        write,           ///< makes the file where there is none
    };

    /// Throws sqlite_error.
    sqlite_database(const std::string& path, access how);

    /// Runs one statement or several that give no rows. Throws sqlite_error.
    void run(const char* sql);

    [[nodiscard]] sqlite_statement prepare(std::string_view sql) { return {connection_.get(), sql}; }

    /// The first column of the first row; 0 where there is none, or NULL stands there.
    [[nodiscard]] std::int64_t integer(std::string_view sql);
    [[nodiscard]] std::string text(std::string_view sql);

    /// What is wrong with the pages of the file; empty: nothing. Reads all of it.
    [[nodiscard]] std::string damage_of_pages();

    /// Whether the write-ahead log goes into the file when the last connection to it closes, which is the default; or
    /// both stay as they are.
    void merge_log_at_close(bool does);

    /// Whether a transaction was begun and has not ended.
    [[nodiscard]] bool is_in_transaction() const noexcept;

private:
    struct closer {
        void operator()(sqlite3* connection) const noexcept;
    };

    std::unique_ptr<sqlite3, closer> connection_;
};

}  // namespace jobaudit::store
