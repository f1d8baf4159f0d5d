#include "store/sqlite/sqlite_database.hpp"

#include <sqlite3.h>

#include <cerrno>
#include <utility>

namespace jobaudit::store {

namespace {

// Somebody who looks at a database while it is written, or adds a view to it, holds it for moments.
constexpr int patience_ms = 10'000;

constexpr int primary_code = 0xFF;

/// SQLite keeps the number for what it did not expect, and has a code of its own for a full disk; behind other errors
/// an older number may stand.
int system_error_of(sqlite3* connection, int result) noexcept
{
    const int code = result & primary_code;
    if (code == SQLITE_FULL)
        return ENOSPC;
    return code == SQLITE_IOERR || code == SQLITE_CANTOPEN ? sqlite3_system_errno(connection) : 0;
}

[[noreturn]] void fail(sqlite3* connection, int result)
{
    if (connection == nullptr)
        throw std::bad_alloc{};
    if ((result & primary_code) == SQLITE_NOMEM)
        throw std::bad_alloc{};
    throw sqlite_error{result, system_error_of(connection, result), sqlite3_errmsg(connection)};
}

/// As a URI of SQLite: https://www.sqlite.org/uri.html
std::string immutable_uri(const std::string& path)
{
    std::string uri{"file:"};
    for (const char c : path) {
        if (c == '?')
            uri += "%3f";
        else if (c == '#')
            uri += "%23";
        else if (c == '%')
            uri += "%25";
        else
            uri += c;
    }
    return uri + "?immutable=1";
}

int flags_of(sqlite_database::access how) noexcept
{
    // One thread at a time uses it. The extended codes tell a full disk from a broken one.
    constexpr int common = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
    switch (how) {
    case sqlite_database::access::read:
        return common | SQLITE_OPEN_READONLY;
    case sqlite_database::access::read_immutable:
        return common | SQLITE_OPEN_READONLY | SQLITE_OPEN_URI;
    case sqlite_database::access::write:
        break;
    }
    return common | SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
}

}  // namespace

bool sqlite_error::is_damage() const noexcept
{
    const int code = code_ & primary_code;
    return code == SQLITE_CORRUPT || code == SQLITE_NOTADB;
}

bool sqlite_error::is_busy() const noexcept
{
    const int code = code_ & primary_code;
    return code == SQLITE_BUSY || code == SQLITE_LOCKED;
}

void sqlite_statement::finalizer::operator()(sqlite3_stmt* statement) const noexcept { sqlite3_finalize(statement); }

sqlite_statement::sqlite_statement(sqlite3* database, std::string_view sql)
{
    sqlite3_stmt* made = nullptr;
    const int result = sqlite3_prepare_v3(database, sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT,
                                          &made, nullptr);
    statement_.reset(made);
    if (result != SQLITE_OK)
        fail(database, result);
}

void sqlite_statement::check(int result) const
{
    if (result != SQLITE_OK)
        fail(sqlite3_db_handle(statement_.get()), result);
}

sqlite_statement& sqlite_statement::bind(int parameter, std::int64_t value)
{
    check(sqlite3_bind_int64(statement_.get(), parameter, value));
    return *this;
}

sqlite_statement& sqlite_statement::bind(int parameter, double value)
{
    check(sqlite3_bind_double(statement_.get(), parameter, value));
    return *this;
}

sqlite_statement& sqlite_statement::bind(int parameter, std::string_view text)
{
    // An empty view may point nowhere, which SQLite would take for NULL.
    const char* data = text.empty() ? "" : text.data();
    check(sqlite3_bind_text64(statement_.get(), parameter, data, text.size(), SQLITE_STATIC, SQLITE_UTF8));
    return *this;
}

sqlite_statement& sqlite_statement::bind_null(int parameter)
{
    check(sqlite3_bind_null(statement_.get(), parameter));
    return *this;
}

sqlite_statement& sqlite_statement::bind_known(int parameter, std::string_view text)
{
    return text.empty() ? bind_null(parameter) : bind(parameter, text);
}

bool sqlite_statement::step()
{
    const int result = sqlite3_step(statement_.get());
    if (result == SQLITE_ROW)
        return true;
    if (result == SQLITE_DONE)
        return false;
    auto* const connection = sqlite3_db_handle(statement_.get());
    try {
        fail(connection, result);
    } catch (...) {
        reset();
        throw;
    }
}

void sqlite_statement::reset() noexcept { sqlite3_reset(statement_.get()); }

void sqlite_statement::run()
{
    while (step()) {
    }
    reset();
}

std::int64_t sqlite_statement::integer(int column) const noexcept
{
    return sqlite3_column_int64(statement_.get(), column);
}

double sqlite_statement::real(int column) const noexcept { return sqlite3_column_double(statement_.get(), column); }

std::string_view sqlite_statement::text(int column) const noexcept
{
    const auto* const data = reinterpret_cast<const char*>(sqlite3_column_text(statement_.get(), column));
    if (data == nullptr)
        return {};
    return {data, static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column))};
}

bool sqlite_statement::is_null(int column) const noexcept
{
    return sqlite3_column_type(statement_.get(), column) == SQLITE_NULL;
}

void sqlite_database::closer::operator()(sqlite3* connection) const noexcept { sqlite3_close_v2(connection); }

sqlite_database::sqlite_database(const std::string& path, access how)
{
    // A relative name that begins with a dash or with `file:` is a name all the same.
    // Nobody asks how much memory it has: counting it takes a lock for each piece.
    [[maybe_unused]] static const int counts_no_memory = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    const bool is_uri = how == access::read_immutable;
    sqlite3* made = nullptr;
    const int result =
        sqlite3_open_v2(is_uri ? immutable_uri(path).c_str() : path.c_str(), &made, flags_of(how), nullptr);
    connection_.reset(made);
    if (result != SQLITE_OK)
        fail(made, result);
    sqlite3_busy_timeout(made, patience_ms);
}

void sqlite_database::run(const char* sql)
{
    if (const int result = sqlite3_exec(connection_.get(), sql, nullptr, nullptr, nullptr); result != SQLITE_OK)
        fail(connection_.get(), result);
}

std::int64_t sqlite_database::integer(std::string_view sql)
{
    auto statement = prepare(sql);
    return statement.step() ? statement.integer(0) : 0;
}

std::string sqlite_database::text(std::string_view sql)
{
    auto statement = prepare(sql);
    return statement.step() ? std::string{statement.text(0)} : std::string{};
}

std::string sqlite_database::damage_of_pages()
{
    const auto said = text("PRAGMA quick_check(1)");
    return said == "ok" ? std::string{} : said.substr(said.rfind('\n') + 1);
}

void sqlite_database::merge_log_at_close(bool does)
{
    sqlite3_db_config(connection_.get(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, does ? 0 : 1, nullptr);
}

bool sqlite_database::is_in_transaction() const noexcept { return sqlite3_get_autocommit(connection_.get()) == 0; }

}  // namespace jobaudit::store
