#include "store/sqlite/sqlite_outcomes.hpp"

#include "store/input/input_error.hpp"
#include "store/owned_descriptor.hpp"
#include "store/sqlite/run_reader.hpp"
#include "store/sqlite/sqlite_database.hpp"
#include "store/sqlite/sqlite_schema.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <string_view>

namespace jobaudit::store {

namespace {

[[noreturn]] void fail(const std::string& path, const std::string& why)
{
    throw input_error{"cannot read " + path + ": " + why};
}

/// Does what reads a database, and says in our words what is wrong with it.
template <class Action>
auto reading(const std::string& path, Action action)
{
    try {
        return action();
    } catch (const damaged_database& damage) {
        fail(path, "it is damaged: " + std::string{damage.what()});
    } catch (const sqlite_error& error) {
        fail(path, (error.is_damage() ? "it is damaged: " : "") + std::string{error.what()});
    }
}

bool stands_there(const std::string& path) noexcept { return ::access(path.c_str(), F_OK) == 0; }

/// A file of a database in write-ahead mode takes two others beside it; a disk that cannot be written has no room for
/// them, nor anybody who writes the file meanwhile. A journal that a killed run has left is to be rolled back first, as
/// SQLite does for whoever may write the file.
sqlite_database open_to_read(const std::string& path)
{
    try {
        sqlite_database database{path, sqlite_database::access::read};
        (void)kind_of(database);
        return database;
    } catch (const sqlite_error& error) {
        if (error.is_damage() || stands_there(path + "-wal"))
            throw;
        return {path, stands_there(path + "-journal") ? sqlite_database::access::write
                                                      : sqlite_database::access::read_immutable};
    }
}

/// 0: there is none.
std::int64_t number_of(sqlite_database& database, run_choice choice)
{
    switch (choice) {
    case latest_run:
        return database.integer("SELECT max(run) FROM runs");
    case latest_finished_run:
        return database.integer("SELECT max(run) FROM runs WHERE finished");
    case finished_run_before_latest:
        return database.integer("SELECT max(run) FROM runs WHERE finished AND run < (SELECT max(run) FROM runs)");
    default:
        return choice;
    }
}

run_row run_of(sqlite_database& database, const std::string& path, run_choice choice)
{
    switch (kind_of(database)) {
    case database_kind::audits:
        break;
    case database_kind::newer:
        fail(path, "a newer jobaudit made it: use that one");
    case database_kind::empty:
        fail(path, "it is empty");
    case database_kind::foreign:
        fail(path, "it is a database of something else");
    }
    if (const auto table = changed_table(database); !table.empty())
        fail(path, "its table " + table + " is not as it was made");
    const auto number = number_of(database, choice);
    if (auto run = number == 0 ? std::nullopt : find_run(database, number))
        return *std::move(run);
    switch (choice) {
    case latest_run:
        fail(path, "it holds no run");
    case latest_finished_run:
        fail(path, "it holds no run that has finished");
    case finished_run_before_latest:
        fail(path, "it holds no run that has finished before its latest one");
    default:
        fail(path, "it has no run " + std::to_string(choice));
    }
}

}  // namespace

bool is_sqlite_file(const std::string& path) noexcept
{
    constexpr std::string_view beginning{"SQLite format 3\0", 16};
    const owned_descriptor file{::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC)};
    std::array<char, beginning.size()> found{};
    return file.is_open() && ::pread(file.get(), found.data(), found.size(), 0) == ssize_t{found.size()} &&
           std::string_view{found.data(), found.size()} == beginning;
}

sqlite_outcomes::sqlite_outcomes(const std::string& path, run_choice run)
    : path_{path}, name_{path}, run_{reading(path, [&] {
        auto database = open_to_read(path);
        return run_of(database, path, run);
    })}
{
    if (run != latest_run)
        name_ += " (run " + std::to_string(run_.run) + ")";
    if (!run_.is_finished)
        note_ = "the audit in " + name_ + " has not finished: some of its jobs are not fetched yet";
}

void sqlite_outcomes::read(outcome_visitor& visitor) const
{
    reading(path_, [&] {
        auto database = open_to_read(path_);
        database.run("BEGIN");
        if (const auto now = find_run(database, run_.run))
            read_run(database, *now, visitor);
    });
}

std::string sqlite_outcomes::figures() const
{
    return reading(path_, [&]() -> std::string {
        auto database = open_to_read(path_);
        database.run("BEGIN");
        const auto now = find_run(database, run_.run);
        auto kept = now ? find_figures(database, *now) : std::string{};
        return !kept.empty() && holds_all_rows(database, *now) ? kept : std::string{};
    });
}

}  // namespace jobaudit::store
